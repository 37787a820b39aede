package dev.neon.compute.binaries;

import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Directories that are dear to make and never change, shared by all processes of a user.
 * <pre>
 * root/lock             held, by a lock of the operating system, while one is made
 * root/name/...         a directory
 * root/name/.complete   "files N bytes M": what the directory holds beside this file
 * root/incoming-...     one that is being made, or that a process that died has left
 * </pre>
 * Nothing is fsynced: after a power cut the count in {@code .complete} no longer fits, and the directory is made anew.
 * Readers take no lock.
 */
final class DirectoryCache {
    private static final String COMPLETE = ".complete";
    private static final String INCOMING = "incoming-";
    /** A file lock belongs to the whole JVM, so threads need one of their own. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private final Path root;

    DirectoryCache(Path root) {
        this.root = root;
    }

    /** Makes a directory. */
    @FunctionalInterface
    interface Maker {
        /**
         * Fills an empty directory.
         *
         * @return the name that it gets in the cache
         */
        String fill(Path directory) throws IOException;
    }

    /** The directory of that name, if it is whole. */
    Optional<Path> find(String name) {
        return Optional.of(root.resolve(name)).filter(DirectoryCache::isComplete);
    }

    /** The names of all directories, whole or not, sorted. */
    List<String> names() {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(Files::isDirectory).map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.startsWith(INCOMING)).sorted().toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    /** The directory of that name, made now if it is missing or not whole. */
    Path obtain(String name, Maker maker) {
        return find(name).orElseGet(() -> locked(() -> {
            Optional<Path> madeMeanwhile = find(name);
            return madeMeanwhile.isPresent() ? madeMeanwhile.get() : make(maker);
        }));
    }

    /** Makes a directory whose name is known only afterwards. A whole one of the same name is kept instead. */
    Path add(Maker maker) {
        return locked(() -> make(maker));
    }

    private Path make(Maker maker) throws IOException {
        // Not a temporary directory of Java's: those are closed to the account that root may run PostgreSQL as.
        Path incoming = Files.createDirectory(root.resolve(INCOMING + ProcessHandle.current().pid()));
        try {
            Path target = root.resolve(maker.fill(incoming));
            if (!isComplete(target)) {
                FileTree held = FileTree.measure(incoming);
                Files.writeString(incoming.resolve(COMPLETE), mark(held));
                FileTree.delete(target);
                Files.move(incoming, target);
            }
            return target;
        } finally {
            FileTree.delete(incoming);
        }
    }

    private static boolean isComplete(Path directory) {
        try {
            String mark = Files.readString(directory.resolve(COMPLETE));
            FileTree held = FileTree.measure(directory);
            return mark.equals(mark(new FileTree(held.files() - 1, held.bytes() - mark.length())));
        } catch (IOException missingOrBeingRemoved) {
            return false;
        }
    }

    private static String mark(FileTree held) {
        return "files " + held.files() + " bytes " + held.bytes() + "\n";
    }

    private interface Work {
        Path run() throws IOException;
    }

    private Path locked(Work work) {
        THREADS.lock();
        try {
            Files.createDirectories(root);
            try (FileChannel channel = FileChannel.open(
                            root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                removeLeftovers();
                return work.run();
            }
        } catch (IOException e) {
            throw new StorageFailedException("fill", root, e);
        } finally {
            THREADS.unlock();
        }
    }

    /** We hold the lock, so whoever made these is gone. */
    private void removeLeftovers() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                if (entry.getFileName().toString().startsWith(INCOMING)) {
                    FileTree.delete(entry);
                }
            }
        }
    }
}
