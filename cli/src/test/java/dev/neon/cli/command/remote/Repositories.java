package dev.neon.cli.command.remote;

import dev.neon.fsck.RepositoryCheck;
import dev.neon.repo.RepositoryContext;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.ProcessIdentity;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.sync.Fetch;
import dev.neon.sync.RepositoryEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Repositories as the library sees them, without servers. */
final class Repositories {
    private Repositories() {}

    static RepositoryContext context(FileSteps steps) {
        return new RepositoryContext(steps, Clock.systemUTC(), "tester", ProcessIdentity.current());
    }

    /** As {@link #context}, of a process that will be found dead. */
    static RepositoryContext doomed(FileSteps steps) {
        ProcessIdentity self = ProcessIdentity.current();
        return new RepositoryContext(steps, Clock.systemUTC(), "tester",
                new ProcessIdentity(self.host(), self.pid(), self.startTicks() - 1, self.boot(), self.namespace()));
    }

    static Repository open(Path directory) {
        return Repository.open(directory, context(new NioFileSteps()));
    }

    /** A new one with nothing in it. */
    static Repository create(Path directory) {
        return Repository.create(directory, context(new NioFileSteps()), _ -> { });
    }

    static RepositoryWal wal(Repository repository) {
        return new RepositoryWal(repository, _ -> false);
    }

    static RepositoryEndpoint endpoint(String name, Repository repository) {
        return new RepositoryEndpoint(name, repository, _ -> false);
    }

    static Fetch fetch(Repository repository) {
        return new Fetch(repository, wal(repository));
    }

    /** Checks all that there is. */
    static void requireSound(Repository repository) {
        List<String> findings = new ArrayList<>();
        RepositoryWal wal = wal(repository);
        try {
            new RepositoryCheck(repository, new SnapshotStore(repository, wal), wal, RepositoryCheck.Options.USUAL,
                    finding -> findings.add(finding.toString())).run(_ -> true);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        if (!findings.isEmpty()) {
            throw new AssertionError("fsck finds " + findings);
        }
    }

    /** The files below {@code timelines/}, each with its checksum. */
    static Map<String, Integer> timelines(Path repository) {
        Map<String, Integer> files = new TreeMap<>();
        Path root = repository.resolve("timelines");
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                CRC32C checksum = new CRC32C();
                checksum.update(Files.readAllBytes(path));
                files.put(root.relativize(path).toString(), (int) checksum.getValue());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return files;
    }
}
