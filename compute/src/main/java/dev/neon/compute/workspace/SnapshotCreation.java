package dev.neon.compute.workspace;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.instance.StartRequest;
import dev.neon.postgres.ClusterState;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.refs.RefName;
import dev.neon.snapshot.DataDirectoryCheck;
import dev.neon.snapshot.DataDirectoryFiles;
import dev.neon.snapshot.ExternalTablespaces;
import dev.neon.snapshot.LayeredSnapshots;
import dev.neon.snapshot.Snapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Takes snapshots of timelines, of a running server as of a stopped one; docs/running-a-branch.md says how. */
public final class SnapshotCreation {
    private static final Duration STOP = Duration.ofMinutes(10);
    /** WAL since the last snapshot, where the configuration does not say. */
    private static final long DISTANCE = 256L << 20;
    /** For snapshots that nobody has asked for, of which a gc may make many: each may meet others at it. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Workspace workspace;
    private final LayeredSnapshots layered;
    private final LayeredSnapshots unasked;

    SnapshotCreation(Workspace workspace) {
        this.workspace = workspace;
        this.layered = new LayeredSnapshots(workspace.repository(), workspace.wal(), workspace.snapshots());
        this.unasked = new LayeredSnapshots(workspace.repository(), workspace.wal(), workspace.snapshots().waitingAtMost(PATIENCE));
    }

    /** How much WAL since the last snapshot makes a new one due, in bytes. */
    public static long distance(RepositoryConfig config) {
        return config.getBytes("snapshot.distance").orElse(DISTANCE);
    }

    /**
     * Takes a snapshot at the end of a timeline. Layers are made from WAL alone, which no server needs to know of. For a
     * copy, a timeline that is not running and was not stopped cleanly is started and stopped.
     *
     * @param label what the user called the timeline
     * @param user  the superuser, for a running server
     */
    public Snapshot create(TimelineId timeline, String label, String user) {
        return create(timeline, label, user, LayeredSnapshots.Wish.HISTORY);
    }

    /**
     * As the other.
     *
     * @param wish what layers are to hold; a copy holds all files and the last version of each page anyway
     */
    public Snapshot create(TimelineId timeline, String label, String user, LayeredSnapshots.Wish wish) {
        return create(timeline, label, user, wish, layered);
    }

    private Snapshot create(TimelineId timeline, String label, String user, LayeredSnapshots.Wish wish, LayeredSnapshots by) {
        // All of the line: a snapshot may lie on an old one, and what is made is not in anybody's way.
        try (HeldLease _ = workspace.repository().leases().hold("snapshot of " + label, Lease.Span.ofLine(timeline))) {
            return createHeld(timeline, label, user, wish, by);
        }
    }

    private Snapshot createHeld(TimelineId timeline, String label, String user, LayeredSnapshots.Wish wish, LayeredSnapshots by) {
        if (workspace.repository().isLayered()) {
            try {
                Optional<Snapshot> image = layered.hasPages(timeline)
                        ? wish == LayeredSnapshots.Wish.IMAGE ? imageOfFiles(timeline) : Optional.empty()
                        : imageOfStopped(timeline, label);
                return image.isPresent() ? image.get() : by.create(timeline, wish);
            } catch (UnsupportedWalException unknown) {
                // Only PostgreSQL brings the pages forward: what it has made of them is copied.
                workspace.repository().context().warnings().tell(unknown.getMessage()
                        + "; the snapshot will be a copy of PostgreSQL's files");
            }
        }
        Optional<Snapshot> running = workspace.instances().whileUnchanged(timeline,
                server -> server.map(instance -> ofRunning(instance, user)));
        if (running.isPresent()) {
            return running.get();
        }
        stopCleanly(timeline, label);
        return workspace.instances().whileUnchanged(timeline,
                server -> server.isPresent() ? ofRunning(server.get(), user) : ofStopped(timeline));
    }

    /**
     * Takes snapshots of branches whose WAL has gone on for long since their last one. Where that cannot be, a warning says
     * so; where somebody else is just making one, it is left to the next time, since one may queue for long. A branch is passed
     * over of which something would have to be fetched that another repository has promised.
     *
     * @param distance bytes of WAL
     * @param user     the superuser, for running servers
     * @param made     is told of each, with the branch
     */
    public void createWhereDue(long distance, String user, BiConsumer<String, Snapshot> made) {
        Set<TimelineId> seen = new HashSet<>();
        workspace.repository().refs().list(RefName.Kind.BRANCH).forEach((name, target) -> {
            TimelineId timeline = Branches.timelineOf(target);
            if (seen.add(timeline) && workspace.repository().isLayered()) {
                try {
                    Lsn end = workspace.positions().end(timeline);
                    Optional<Snapshot> last = workspace.snapshots().newestFor(timeline, end);
                    if (last.isPresent() && end.minus(last.get().lsn()) > distance && !workspace.snapshots().isBusy()
                            && isHere(last.get(), timeline, end)) {
                        made.accept(name.shortName(), create(timeline, name.shortName(), user, LayeredSnapshots.Wish.HISTORY, unasked));
                    }
                } catch (BusyException others) {
                    // They began between the look and here.
                } catch (NeonException failure) {
                    // Also on a full disk: what is collected after this may be what makes room.
                    workspace.repository().context().warnings().tell("no snapshot of '" + name.shortName() + "': "
                            + failure.getMessage());
                }
            }
        });
    }

    /**
     * Takes a snapshot at a point that was reached before, so that it can be had without the WAL and the deltas before it.
     * Where that cannot be, a warning says so; where something would have to be fetched, it is left.
     *
     * @param point on the timeline itself; where no record ends there, it is the end of the one before
     */
    public Optional<Snapshot> createAt(TimelineId timeline, Lsn point) {
        if (!workspace.repository().isLayered()) {
            return Optional.empty();
        }
        if (!workspace.snapshots().newestFor(timeline, point).map(base -> isHere(base, timeline, point)).orElse(true)) {
            return Optional.empty();
        }
        String label = timeline + "@" + point;
        try (HeldLease _ = workspace.repository().leases().hold("snapshot of " + label, Lease.Span.ofLine(timeline))) {
            return Optional.of(unasked.createAt(timeline, workspace.positions().boundaryBelow(timeline, point),
                    LayeredSnapshots.Wish.FOLD));
        } catch (AlreadyExistsException there) {
            return Optional.empty();
        } catch (NeonException failure) {
            workspace.repository().context().warnings().tell("no snapshot at " + label + ": " + failure.getMessage());
            return Optional.empty();
        }
    }

    /** Whether nothing is only promised of what a point is made of. */
    private boolean isHere(Snapshot base, TimelineId timeline, Lsn point) {
        return workspace.snapshots().promised().ofPoint(base, timeline, point).isEmpty();
    }

    private void stopCleanly(TimelineId timeline, String label) {
        if (!isCleanlyStopped(timeline)) {
            workspace.instances().start(StartRequest.of(timeline, label));
            workspace.instances().stop(timeline, ServerSignal.FAST, STOP);
        }
    }

    /** Where there are only copies of running servers, no pages are known that WAL could be applied to. */
    private Optional<Snapshot> imageOfStopped(TimelineId timeline, String label) {
        if (workspace.instances().find(timeline).isPresent()) {
            return Optional.empty();
        }
        stopCleanly(timeline, label);
        return workspace.instances().whileUnchanged(timeline, server -> {
            if (server.isPresent() || !isCleanlyStopped(timeline)) {
                return Optional.empty();
            }
            refuseExternalTablespaces(workspace.repository().dataDirectory(timeline));
            return Optional.of(addImage(timeline));
        });
    }

    /**
     * An image of the files that a server has left, if it was shut down at the timeline's end: that takes less than to make
     * the same pages of layers and WAL. It has the hints too that the server has put on pages, so that later the same
     * files are known for what the next delta lies on. What is on the disk has to speak for itself, though: so only with
     * checksums.
     *
     * @return empty if the pages have to come from the layers
     */
    private Optional<Snapshot> imageOfFiles(TimelineId timeline) {
        return workspace.instances().whileUnchanged(timeline, server -> {
            if (server.isPresent() || !isCleanlyStopped(timeline) || !areFilesOfUse(timeline)) {
                return Optional.empty();
            }
            try {
                return Optional.of(addImage(timeline));
            } catch (CorruptFileException damage) {
                workspace.repository().context().warnings().tell(damage.getMessage()
                        + "; the image will be made from older snapshots and WAL");
                return Optional.empty();
            }
        });
    }

    private boolean areFilesOfUse(TimelineId timeline) {
        Path directory = workspace.repository().dataDirectory(timeline);
        Lsn end = workspace.wal().end(timeline);
        return control(directory).checksumVersion() != 0
                && !new DataDirectoryCheck(workspace.repository(), workspace.wal()).isUnreliable(timeline)
                && ExternalTablespaces.linkedFrom(directory).isEmpty()
                && workspace.snapshots().list(timeline).stream().noneMatch(each -> each.lsn().equals(end));
    }

    private Snapshot addImage(TimelineId timeline) {
        Path directory = workspace.repository().dataDirectory(timeline);
        return layered.addImage(timeline, directory,
                workspace.wal().recordEnd(timeline, control(directory).checkPointLsn()));
    }

    private Snapshot ofStopped(TimelineId timeline) {
        Path directory = workspace.repository().dataDirectory(timeline);
        if (!isCleanlyStopped(timeline)) {
            throw new ConflictException("timeline '" + timeline + "' was not stopped cleanly",
                    "Another command ended its server, or it did not stop in time. Take the snapshot again.");
        }
        refuseExternalTablespaces(directory);
        ControlFile control = control(directory);
        return workspace.snapshots().add(timeline, directory, control,
                () -> workspace.wal().recordEnd(timeline, control.checkPointLsn()));
    }

    private Snapshot ofRunning(Instance instance, String user) {
        TimelineId timeline = instance.timeline();
        Path directory = workspace.repository().dataDirectory(timeline);
        refuseExternalTablespaces(directory);
        try (OnlineBackup backup = OnlineBackup.begin(instance, user)) {
            ControlFile control = ControlFile.readLive(directory.resolve(DataDirectoryFiles.CONTROL_FILE));
            return workspace.snapshots().add(timeline, directory, control, () -> {
                backup.requireStillUnderWay();
                Lsn end = workspace.positions().end(timeline);
                workspace.wal().sync(timeline, end);
                return end;
            });
        }
    }

    private boolean isCleanlyStopped(TimelineId timeline) {
        Path directory = workspace.repository().dataDirectory(timeline);
        if (!Files.exists(directory.resolve(DataDirectoryFiles.CONTROL_FILE))) {
            return false;
        }
        ControlFile control = control(directory);
        return control.state() == ClusterState.SHUTDOWNED
                && workspace.wal().recordEnd(timeline, control.checkPointLsn()).equals(workspace.wal().end(timeline));
    }

    private static void refuseExternalTablespaces(Path directory) {
        ExternalTablespaces.linkedFrom(directory).ifPresent(location -> {
            throw new UnsupportedException("data directory '" + directory + "' has an external tablespace at '"
                    + location + "'", "A snapshot would not hold its files. Move its tables to pg_default and drop it.");
        });
    }

    private static ControlFile control(Path directory) {
        return ControlFile.read(directory.resolve(DataDirectoryFiles.CONTROL_FILE));
    }
}
