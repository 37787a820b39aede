package dev.neon.repo.files;

import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * Changes to files that survive a crash whole or not at all: {@link FileSteps} in the order that makes it so. Every
 * failure is a {@link StorageFailedException} that names the path.
 */
public final class DurableFiles {
    private static final String TEMPORARY_PREFIX = ".tmp-";
    /** From this many files on, one call for the whole file system is tried. */
    private static final int MANY = 100;

    private final FileSteps steps;

    public DurableFiles(FileSteps steps) {
        this.steps = steps;
    }

    public FileSteps steps() {
        return steps;
    }

    /**
     * A fresh name beside {@code path} for something that is to be renamed to it. No ref, timeline or snapshot can have
     * such a name, so what a crash leaves behind is told by its name alone.
     */
    public static Path temporaryBeside(Path path) {
        // Names need not be secret, and a SecureRandom would cost each command some milliseconds of start-up.
        long bits = ThreadLocalRandom.current().nextLong();
        return path.resolveSibling(TEMPORARY_PREFIX + HexFormat.of().toHexDigits(bits));
    }

    /**
     * As {@link #temporaryBeside(Path)}, with the name of whom it is for: under a lock of that owner's, what
     * {@link #isTemporaryOf} finds is left over from a crash.
     */
    public static Path temporaryBeside(Path path, String owner) {
        String name = temporaryBeside(path).getFileName().toString().substring(TEMPORARY_PREFIX.length());
        return path.resolveSibling(TEMPORARY_PREFIX + owner + '-' + name);
    }

    /** Whether {@link #temporaryBeside(Path, String)} gave this name to the owner. */
    public static boolean isTemporaryOf(Path path, String owner) {
        return isTemporary(path) && path.getFileName().toString().startsWith(TEMPORARY_PREFIX + owner + '-');
    }

    /** Whether a crash left this behind, or somebody is just writing it. */
    public static boolean isTemporary(Path path) {
        return path.getFileName() != null && path.getFileName().toString().startsWith(TEMPORARY_PREFIX);
    }

    /** Makes {@code file} hold {@code content}, durably; a reader sees the old content or the new, nothing between. */
    public void replace(Path file, byte[] content) {
        Path temporary = temporaryBeside(file);
        attempt("write", file, () -> {
            try {
                steps.create(temporary, content);
                steps.sync(temporary);
                steps.rename(temporary, file);
            } catch (IOException failure) {
                discard(temporary, failure);
                throw failure;
            }
            steps.sync(parent(file));
        });
    }

    /**
     * As {@link #replace} for several files, each of which is replaced for itself.
     *
     * @param before files and directories that are forced to disk before the first of them is replaced
     */
    public void replaceAll(Map<Path, byte[]> contents, List<Path> before) {
        Map<Path, Path> temporaries = new LinkedHashMap<>();
        List<Path> unsynced = new ArrayList<>(before);
        Set<Path> directories = new LinkedHashSet<>();
        for (Map.Entry<Path, byte[]> entry : contents.entrySet()) {
            Path file = entry.getKey();
            attempt("write", file, () -> {
                Path temporary = temporaryBeside(file);
                temporaries.put(temporary, file);
                unsynced.add(temporary);
                directories.add(parent(file));
                try {
                    steps.create(temporary, entry.getValue());
                } catch (IOException failure) {
                    discard(temporaries.keySet(), failure);
                    throw failure;
                }
            });
        }
        if (!unsynced.isEmpty()) {
            attempt("write", unsynced.getFirst(), () -> {
                try {
                    steps.syncAll(unsynced);
                    for (Map.Entry<Path, Path> entry : temporaries.entrySet()) {
                        steps.rename(entry.getKey(), entry.getValue());
                    }
                } catch (IOException failure) {
                    discard(temporaries.keySet(), failure);
                    throw failure;
                }
                steps.syncAll(List.copyOf(directories));
            });
        }
    }

    private void discard(Set<Path> temporaries, IOException reason) {
        for (Path temporary : temporaries) {
            discard(temporary, reason);
        }
    }

    private void discard(Path temporary, IOException reason) {
        try {
            steps.delete(temporary);
        } catch (NoSuchFileException absent) {
            // It failed before anything was there.
        } catch (IOException second) {
            reason.addSuppressed(second);
        }
    }

    /** Renames, durably; both names are in the same directory. */
    public void rename(Path source, Path target) {
        attempt("rename", source, () -> {
            steps.rename(source, target);
            steps.sync(parent(target));
        });
    }

    /** Creates a directory and those above it as needed, durably. */
    public void createDirectories(Path directory) {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = parent(directory);
        createDirectories(parent);
        attempt("create", directory, () -> {
            try {
                steps.createDirectory(directory);
            } catch (FileAlreadyExistsException raced) {
                if (!Files.isDirectory(directory)) {
                    throw raced;
                }
            }
            steps.sync(parent);
        });
    }

    /** As {@link #createDirectories}, but not durable before {@link #syncTree}: each sync waits for a journal. */
    public void makeDirectories(Path directory) {
        if (Files.isDirectory(directory)) {
            return;
        }
        makeDirectories(parent(directory));
        attempt("create", directory, () -> {
            try {
                steps.createDirectory(directory);
            } catch (FileAlreadyExistsException raced) {
                if (!Files.isDirectory(directory)) {
                    throw raced;
                }
            }
        });
    }

    /** Removes a file, a link or an empty directory, durably. One that is missing already is no error. */
    public void delete(Path path) {
        attempt("remove", path, () -> {
            try {
                steps.delete(path);
            } catch (NoSuchFileException absent) {
                return;
            }
            steps.sync(parent(path));
        });
    }

    /** Removes {@code directory} and those above it up to {@code topmost}, until one is not empty. */
    public void deleteEmpty(Path directory, Path topmost) {
        attempt("remove", directory, () -> {
            Path place = directory;
            while (place.startsWith(topmost) && Files.isDirectory(place) && Directories.list(place).isEmpty()) {
                steps.delete(place);
                place = parent(place);
            }
        });
    }

    /** Removes a file or a directory with all it holds; links are removed, not followed. A missing one is no error. */
    public void deleteTree(Path root) {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        attempt("remove", root, () -> {
            deleteBelow(root);
            steps.sync(parent(root));
        });
    }

    /**
     * Removes a directory that must be there whole or not at all: a crash half-way leaves only what {@link #isTemporary}
     * tells.
     */
    public void removeWhole(Path root) {
        Path doomed = temporaryBeside(root);
        rename(root, doomed);
        deleteTree(doomed);
    }

    /** Removes what is below {@code root} and not in {@code include}, which is as for {@link #copyTree}. */
    public void retainOnly(Path root, Predicate<Path> include) {
        attempt("clean", root, () -> retainBelow(root, root, include));
    }

    private void retainBelow(Path root, Path directory, Predicate<Path> include) throws IOException {
        for (Path child : Directories.list(directory)) {
            if (!include.test(root.relativize(child))) {
                deleteBelow(child);
            } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                retainBelow(root, child, include);
            }
        }
    }

    private void deleteBelow(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            for (Path child : Directories.list(path)) {
                deleteBelow(child);
            }
        }
        try {
            steps.delete(path);
        } catch (NoSuchFileException raced) {
            // Somebody else removed it: what we wanted.
        }
    }

    /**
     * Copies what is below {@code from} to {@code to}: directories, regular files (blocks shared where possible) and
     * symbolic links as links. Sockets and pipes are left out, and what vanishes meanwhile. Not durable before {@link #syncTree}.
     *
     * @param to      is created; an existing directory is filled
     * @param include says of a path relative to {@code from} whether it is copied; one that is refused is not entered
     */
    public void copyTree(Path from, Path to, Predicate<Path> include) {
        copyTree(from, to, include, bytes -> { });
    }

    /**
     * Copies as {@link #copyTree(Path, Path, Predicate)}.
     *
     * @param copied is told the bytes of each file once it has been copied
     */
    public void copyTree(Path from, Path to, Predicate<Path> include, LongConsumer copied) {
        attempt("copy", from, () -> {
            if (!Files.isDirectory(to)) {
                steps.createDirectory(to);
            }
            copyBelow(from, from, to, include, copied);
        });
    }

    private void copyBelow(Path root, Path directory, Path target, Predicate<Path> include, LongConsumer copied)
            throws IOException {
        for (Path child : Directories.list(directory)) {
            if (include.test(root.relativize(child))) {
                try {
                    copyOne(root, child, target.resolve(child.getFileName().toString()), include, copied);
                } catch (NoSuchFileException failure) {
                    // A server may remove files while they are copied; replaying its WAL removes them again.
                    if (Files.exists(child, LinkOption.NOFOLLOW_LINKS)) {
                        throw failure;
                    }
                }
            }
        }
    }

    private void copyOne(Path root, Path source, Path copy, Predicate<Path> include, LongConsumer copied)
            throws IOException {
        if (Files.isSymbolicLink(source)) {
            steps.symlink(copy, Files.readSymbolicLink(source));
        } else if (Files.isDirectory(source)) {
            if (!Files.isDirectory(copy)) {
                steps.createDirectory(copy);
            }
            copyBelow(root, source, copy, include, copied);
        } else if (Files.isRegularFile(source)) {
            steps.copy(source, copy);
            copied.accept(Files.size(copy));
        }
    }

    /**
     * Forces every file and directory from {@code root} downwards to disk; links are not followed. A data directory has
     * a thousand files, and syncing them one by one takes ten times as long as the whole file system.
     */
    public void syncTree(Path root) {
        syncTree(root, List.of());
    }

    /** Syncs as {@link #syncTree(Path)}, and some other files and directories together with the tree. */
    public void syncTree(Path root, List<Path> others) {
        attempt("sync", root, () -> {
            List<Path> paths = new ArrayList<>();
            addTree(root, paths, MANY);
            if (paths.size() == MANY) {
                paths.clear();
                if (!steps.syncFileSystem(root)) {
                    addTree(root, paths, Integer.MAX_VALUE);
                }
            }
            paths.addAll(0, others);
            steps.syncAll(paths);
        });
    }

    /** Adds what is below a path, and then itself, until there are {@code limit} in all. */
    private static void addTree(Path path, List<Path> paths, int limit) throws IOException {
        boolean isDirectory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        if (isDirectory) {
            for (Path child : Directories.list(path)) {
                if (paths.size() == limit) {
                    return;
                }
                addTree(child, paths, limit);
            }
        }
        if (paths.size() < limit && (isDirectory || Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))) {
            paths.add(path);
        }
    }

    private static Path parent(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path : parent;
    }

    /** Runs steps and gives their failure its name: "unable to {@code doing} '{@code path}': …". */
    void attempt(String doing, Path path, Attempt attempt) {
        try {
            attempt.run();
        } catch (IOException failure) {
            throw new StorageFailedException(doing, path, failure);
        } catch (UncheckedIOException failure) {
            throw new StorageFailedException(doing, path, failure.getCause());
        }
    }

    interface Attempt {
        void run() throws IOException;
    }
}
