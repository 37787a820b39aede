package dev.neon.compute.workspace;

import dev.neon.compute.binaries.InitialCluster;
import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.instance.PostgresSource;
import dev.neon.compute.process.ServerUser;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.RepositoryContext;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.refs.RefTransaction;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.TimelineHistory;
import dev.neon.snapshot.DataDirectoryFiles;
import dev.neon.snapshot.LayeredSnapshots;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.snapshot.TimelineSettings;
import dev.neon.wal.SegmentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes repositories: whole, or not at all. */
public final class RepositorySetup {
    private static final RefName DEFAULT_BRANCH = RefName.branch("main");

    private final RepositoryContext context;
    private final PostgresSource postgres;
    private final Path cacheDirectory;
    private final Optional<String> user;
    private final int formatVersion;

    /** @param cacheDirectory the user's cache, where templates of fresh clusters are kept */
    public RepositorySetup(RepositoryContext context, PostgresSource postgres, Path cacheDirectory) {
        this(context, postgres, cacheDirectory, Optional.empty());
    }

    /** @param user the superuser that commands connect as, kept in the configuration */
    public RepositorySetup(RepositoryContext context, PostgresSource postgres, Path cacheDirectory,
                           Optional<String> user) {
        this(context, postgres, cacheDirectory, user, Repository.NEWEST_FORMAT);
    }

    /** @param formatVersion of the repositories that are made */
    public RepositorySetup(RepositoryContext context, PostgresSource postgres, Path cacheDirectory,
                           Optional<String> user, int formatVersion) {
        this.context = context;
        this.postgres = postgres;
        this.cacheDirectory = cacheDirectory;
        this.user = user;
        this.formatVersion = formatVersion;
    }

    /**
     * A repository with a fresh cluster.
     *
     * @param branch the name of its first branch
     * @param major  if absent that of the programs named or configured, else the newest
     * @param binDirectory the programs, kept in the configuration
     */
    public Repository init(Path neonDirectory, String branch, Optional<Integer> major, Optional<Path> binDirectory) {
        RefName first = RefName.branch(branch);
        return Repository.create(neonDirectory, context, formatVersion, repository -> {
            PostgresBinaries binaries = postgres.forNew(major, binDirectory);
            Path cluster = DurableFiles.temporaryBeside(repository.directory().resolve("cluster"));
            new InitialCluster(cacheDirectory, ServerUser.current()).create(binaries, cluster);
            addCluster(repository, first, cluster, TimelineSettings.read(cluster), true);
            remember(repository, binDirectory);
        });
    }

    /**
     * A repository with the cluster of a data directory that was stopped cleanly, or of a base backup; the source is
     * left as it is. docs/running-a-branch.md names what is not taken over.
     *
     * @param source a data directory, a base backup in plain format, or one in tar format (base.tar or the directory
     *               that holds it, pg_wal.tar beside it)
     * @param major  what the cluster has to be of
     * @param binDirectory the programs, kept in the configuration
     */
    public Repository importFrom(Path neonDirectory, String branch, Path source, Optional<Integer> major,
                                 Optional<Path> binDirectory) {
        RefName first = RefName.branch(branch);
        return Repository.create(neonDirectory, context, formatVersion, repository -> {
            Path scratch = DurableFiles.temporaryBeside(repository.directory().resolve("cluster"));
            ImportSource cluster = new ImportSource(repository.files(), postgres, major, binDirectory)
                    .open(source, scratch);
            Map<String, byte[]> settings = new HashMap<>(InitialCluster.defaultSettings());
            settings.putAll(TimelineSettings.read(cluster.directory()));
            addCluster(repository, first, cluster.directory(), settings, cluster.isOurs());
            repository.files().deleteTree(scratch);
            remember(repository, binDirectory);
        });
    }

    private void remember(Repository repository, Optional<Path> binDirectory) {
        binDirectory.ifPresent(named ->
                repository.config().set("postgres.binDir", named.toAbsolutePath().normalize().toString()));
        user.ifPresent(role -> repository.config().set("postgres.user", role));
    }

    /** @param ours whether the directory may be taken apart */
    private static void addCluster(Repository repository, RefName branch, Path cluster, Map<String, byte[]> settings,
                                   boolean ours) {
        ControlFile control = ControlFile.read(cluster.resolve(DataDirectoryFiles.CONTROL_FILE));
        TimelineId timeline = TimelineId.random();
        repository.timelines().create(new TimelineHistory(timeline, Optional.of(repository.id()),
                Optional.of(control.identity()), Optional.of(repository.context().clock().instant()),
                Optional.empty(), List.of()), settings);
        Path pgWal = cluster.resolve(DataDirectoryFiles.WAL_DIRECTORY);
        takeWal(repository, timeline, control, pgWal, ours);
        RepositoryWal wal = new RepositoryWal(repository, running -> false);
        Lsn end = wal.recordEnd(timeline, control.checkPointLsn());
        SnapshotStore snapshots = new SnapshotStore(repository, wal);
        if (repository.isLayered()) {
            new LayeredSnapshots(repository, wal, snapshots).addImage(timeline, cluster, end);
            if (ours) {
                repository.files().deleteTree(cluster);
            }
        } else if (ours) {
            snapshots.adopt(timeline, cluster, end);
        } else {
            snapshots.add(timeline, cluster, control, () -> end);
        }
        RefTransaction transaction = repository.refs().begin("init").create(branch, new RefTarget.Timeline(timeline));
        if (!branch.equals(DEFAULT_BRANCH)) {
            transaction.set(RefName.HEAD, new RefTarget.Symbolic(branch));
        }
        transaction.commit();
    }

    /**
     * The segments from the last checkpoint's redo point to its record, which is the last, as the server was stopped;
     * and what PostgreSQL needs to read a segment that begins on an older timeline of its own.
     */
    private static void takeWal(Repository repository, TimelineId timeline, ControlFile control, Path pgWal,
                                boolean ours) {
        Path target = repository.timelines().walDirectory(timeline);
        int segmentSize = control.segmentSize();
        int walTimeline = control.identity().walTimeline();
        long first = control.checkPoint().redo().value() / segmentSize;
        // The record may cross into the segment after the one that it starts in.
        long last = control.checkPointLsn().value() / segmentSize + 1;
        List<String> names = new ArrayList<>(List.of(SegmentName.historyFile(walTimeline)));
        for (long number = first; number <= last; number++) {
            names.add(new SegmentName(walTimeline, number, segmentSize).toString());
        }
        for (String name : names) {
            Path segment = pgWal.resolve(name);
            if (!Files.exists(segment)) {
                continue;
            }
            try {
                if (ours) {
                    repository.context().steps().rename(segment, target.resolve(name));
                } else {
                    repository.context().steps().copy(segment, target.resolve(name));
                }
            } catch (IOException e) {
                throw new StorageFailedException("take", segment, e);
            }
        }
    }
}
