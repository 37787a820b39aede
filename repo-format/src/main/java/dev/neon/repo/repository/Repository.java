package dev.neon.repo.repository;

import dev.neon.repo.RepositoryContext;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.TimelineId;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.FormatTooNewException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotARepositoryException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.lease.Leases;
import dev.neon.repo.promise.Promises;
import dev.neon.repo.refs.OperationLog;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefStore;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.timeline.TimelineStore;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A repository: a directory, usually named {@value #DIRECTORY_NAME}. {@code docs/formats.md} lists every file in it.
 *
 * <p>Opening and reading write nothing, so a repository on a read-only file system can be looked at.
 */
public final class Repository {
    public static final String DIRECTORY_NAME = ".neon";

    /** The newest format that this code reads and writes. The format's first draft, which had no number, is 0. */
    public static final int NEWEST_FORMAT = 2;

    /** The oldest format of which new repositories can be made: its snapshots are copies of data directories. */
    public static final int OLDEST_NEW_FORMAT = 1;

    /** The first format whose snapshots are layers. */
    public static final int LAYERED_FORMAT = 2;

    static final String VERSION_KEY = "core.repositoryFormatVersion";
    static final String ID_KEY = "core.repositoryId";
    private static final String NOTICE_KEY = "core.noticeCopies";
    private static final Duration WAIT_FOR_IDENTITY = Duration.ofSeconds(10);

    private final Path directory;
    private final RepositoryContext context;
    private final DurableFiles files;
    private final RepositoryConfig config;
    private final OperationLog log;
    private final RefStore refs;
    private final TimelineStore timelines;
    private final Leases leases;
    private final Promises promises;

    private Repository(Path directory, RepositoryContext context) {
        this.directory = directory;
        this.context = context;
        this.files = new DurableFiles(context.steps());
        this.config = new RepositoryConfig(directory.resolve("config"), files, context.process());
        this.log = new OperationLog(directory, files);
        this.refs = new RefStore(directory, log, files, context, formatVersion() == 0
                ? Optional.of(new RefTarget.Symbolic(RefName.branch("main"))) : Optional.empty());
        this.timelines = new TimelineStore(directory.resolve("timelines"), files);
        this.leases = new Leases(directory, files, context);
        this.promises = new Promises(directory, timelines, files, context.promisor());
    }

    /**
     * Looks for the nearest repository, in {@code from} and then upwards, as git does: a {@value #DIRECTORY_NAME} directory, or
     * one that is a repository itself.
     *
     * @throws NotARepositoryException if a <em>file</em> of that name is met first
     */
    public static Optional<Path> discover(Path from) {
        for (Path place = from.toAbsolutePath().normalize(); place != null; place = place.getParent()) {
            Path candidate = place.resolve(DIRECTORY_NAME);
            if (Files.isDirectory(candidate)) {
                return Optional.of(candidate);
            }
            if (Files.isRegularFile(candidate)) {
                throw isFile(candidate);
            }
            if (Files.isRegularFile(place.resolve("config")) && isLaidOut(place)) {
                return Optional.of(place);
            }
        }
        return Optional.empty();
    }

    private static boolean isLaidOut(Path place) {
        return Files.isDirectory(place.resolve("timelines")) && Files.isDirectory(place.resolve("refs"));
    }

    private static NotARepositoryException isFile(Path path) {
        return new NotARepositoryException("'" + path + "' is a file, not a repository",
                "It looks like the context file of the Neon cloud service's client, and neon does not touch it."
                        + " Work in another directory, or name the repository.");
    }

    /**
     * Opens a repository of any known format version.
     *
     * @throws NotARepositoryException if the directory is missing or is something else
     * @throws StorageFailedException if we may not look into it
     * @throws FormatTooNewException if a newer neon wrote it
     */
    public static Repository open(Path neonDirectory, RepositoryContext context) {
        if (Files.isRegularFile(neonDirectory)) {
            throw isFile(neonDirectory);
        }
        if (Files.isDirectory(neonDirectory) && !Files.isExecutable(neonDirectory)) {
            throw new StorageFailedException("open", neonDirectory, new AccessDeniedException(neonDirectory.toString()));
        }
        if (!isLaidOut(neonDirectory)) {
            throw new NotARepositoryException("'" + neonDirectory + "' is not a neon repository",
                    "Create one with 'neon init'.");
        }
        Repository repository = new Repository(neonDirectory, context);
        if (repository.formatVersion() > NEWEST_FORMAT) {
            throw new FormatTooNewException(neonDirectory.toString(), repository.formatVersion(), NEWEST_FORMAT);
        }
        return repository;
    }

    /**
     * Makes a repository and the directories above it, durably and whole or not at all.
     *
     * @param fill adds the first timelines and refs; HEAD is on {@code main} already. The paths that it sees are
     *             temporary
     * @return the repository at its place
     * @throws AlreadyExistsException if something of that name exists
     * @throws NotARepositoryException if that is a file
     */
    public static Repository create(Path neonDirectory, RepositoryContext context, Consumer<Repository> fill) {
        return create(neonDirectory, context, NEWEST_FORMAT, fill);
    }

    /**
     * As the other, of another format.
     *
     * @param formatVersion {@link #OLDEST_NEW_FORMAT} to {@link #NEWEST_FORMAT}
     */
    public static Repository create(Path neonDirectory, RepositoryContext context, int formatVersion,
            Consumer<Repository> fill) {
        if (Files.isRegularFile(neonDirectory)) {
            throw isFile(neonDirectory);
        }
        if (Files.exists(neonDirectory)) {
            throw alreadyExists(neonDirectory);
        }
        DurableFiles files = new DurableFiles(context.steps());
        Path parent = neonDirectory.toAbsolutePath().getParent();
        Optional<Path> made = firstMissing(parent);
        Path unique = DurableFiles.temporaryBeside(neonDirectory.toAbsolutePath());
        // Named after the repository, since its neighbours are the user's own files: .neon.tmp-0123456789abcdef
        Path draft = unique.resolveSibling(neonDirectory.getFileName().toString() + unique.getFileName());
        try {
            files.createDirectories(parent);
            NewRepository.layOut(files, draft, formatVersion);
            fill.accept(new Repository(draft, context));
            files.syncTree(draft);
            if (Files.exists(neonDirectory)) {
                throw alreadyExists(neonDirectory);
            }
            files.rename(draft, neonDirectory);
        } catch (RuntimeException failure) {
            discard(files, draft, made, failure);
            throw failure;
        }
        return open(neonDirectory, context);
    }

    /** The topmost of the directories that have to be made for {@code directory} to exist. */
    private static Optional<Path> firstMissing(Path directory) {
        Optional<Path> missing = Optional.empty();
        for (Path place = directory; place != null && !Files.exists(place); place = place.getParent()) {
            missing = Optional.of(place);
        }
        return missing;
    }

    /** Removes the draft, and the directories above it that were made, as long as nobody else uses them. */
    private static void discard(DurableFiles files, Path draft, Optional<Path> made, RuntimeException reason) {
        // An interrupted thread could not remove it.
        boolean interrupted = Thread.interrupted();
        try {
            files.deleteTree(draft);
            if (made.isPresent()) {
                files.deleteEmpty(draft.getParent(), made.get());
            }
        } catch (RuntimeException second) {
            reason.addSuppressed(second);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static AlreadyExistsException alreadyExists(Path neonDirectory) {
        return new AlreadyExistsException("'" + neonDirectory + "' already exists",
                "Use the repository that is there, or make the new one in another directory.");
    }

    /** The repository's own directory. */
    public Path directory() {
        return directory;
    }

    /** Who this repository is, as far as it has noticed: see {@link #ownId}. One of the first draft has no id of its own; it gets one from its path. */
    public RepositoryId id() {
        return config.get(ID_KEY).map(RepositoryId::new).orElseGet(() -> NewRepository.idOfPath(directory));
    }

    /**
     * Who this repository is, to say so in what it writes. A copy of another one takes an id of its own first, and the user is
     * told: then its branches are on timelines of the other one, and go on on forks. docs/sync.md says how it knows.
     */
    public RepositoryId ownId() {
        Optional<PlaceMark> marked = PlaceMark.read(directory);
        if (isAtItsPlace(marked) || !config.getBoolean(NOTICE_KEY, true)) {
            return id();
        }
        try (LockFile _ = lock("identity", WAIT_FOR_IDENTITY)) {
            RepositoryConfig current = new RepositoryConfig(directory.resolve("config"), files, context.process());
            marked = PlaceMark.read(directory);
            boolean isCopy = marked.isPresent() && !isAtItsPlace(marked);
            if (isCopy) {
                // First the id: if all ends here, it takes another one the next time.
                config.set(ID_KEY, RepositoryId.random().toString());
                context.warnings().tell("this repository was copied, or moved from another file system, and has an id of its own now; its branches"
                        + " go on on timelines of its own");
            }
            if (!isAtItsPlace(marked)) {
                PlaceMark.of(directory).write(files, directory);
            }
            return isCopy ? id() : current.get(ID_KEY).map(RepositoryId::new).orElseGet(this::id);
        }
    }

    private boolean isAtItsPlace(Optional<PlaceMark> marked) {
        return marked.isPresent() && marked.get().isOf(PlaceMark.of(directory));
    }

    /** 0 for the format's first draft, else as in the configuration. */
    public int formatVersion() {
        return config.getInt(VERSION_KEY, 0);
    }

    /**
     * Writes down that the repository is of a newer format, once everything in it is. One of the first draft gets the id
     * that it has had by its path, and its HEAD.
     */
    public void upgradeTo(int version) {
        if (config.get(ID_KEY).isEmpty()) {
            config.set(ID_KEY, id().toString());
        }
        if (!Files.exists(directory.resolve(RefName.HEAD.full()))) {
            refs.begin("upgrade").set(RefName.HEAD, new RefTarget.Symbolic(RefName.branch("main"))).commit();
        }
        config.set(VERSION_KEY, Integer.toString(version));
    }

    /** Whether its new snapshots are layers, not copies of data directories; it may have both. */
    public boolean isLayered() {
        return formatVersion() >= LAYERED_FORMAT;
    }

    public RepositoryConfig config() {
        return config;
    }

    public RefStore refs() {
        return refs;
    }

    public OperationLog log() {
        return log;
    }

    public TimelineStore timelines() {
        return timelines;
    }

    public Leases leases() {
        return leases;
    }

    /** What of its history is not here, but promised by others. */
    public Promises promises() {
        return promises;
    }

    public DurableFiles files() {
        return files;
    }

    public RepositoryContext context() {
        return context;
    }

    /** Where data directories stand. They are disposable, and so is this directory; it may be missing. */
    public Path dataDirectories() {
        return directory.resolve("datadirs");
    }

    /** The data directory of a timeline, which may be missing. */
    public Path dataDirectory(TimelineId timeline) {
        return dataDirectories().resolve(timeline.hex());
    }

    /** Sockets, pids and logs of instances; nothing in it outlives them. It may be missing. */
    public Path runDirectory() {
        return directory.resolve("run");
    }

    /**
     * Takes the lock {@code run/<what>.lock}.
     *
     * @param what lower-case letters, digits and dashes, for example {@code instance-<timeline-id>}
     * @param wait how long to wait for an owner that is alive
     * @throws dev.neon.repo.error.BusyException if it is still held then
     */
    public LockFile lock(String what, Duration wait) {
        if (!what.matches("[a-z0-9-]+")) {
            throw new InvalidInputException("invalid lock name '" + what + "'");
        }
        files.createDirectories(runDirectory());
        return LockFile.acquire(files, runDirectory().resolve(what), context.process(), wait);
    }

    /** Takes the lock without waiting. */
    public LockFile lock(String what) {
        return lock(what, Duration.ZERO);
    }
}
