package dev.neon.repo.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * The steps on real files, or on any other file-system provider.
 *
 * <p>What it creates is for its owner alone, mode 0700 and 0600, as PostgreSQL's own directories are
 * ({@code REL_17 file_perm.h PG_DIR_MODE_OWNER}): a server refuses a data directory that others may write.
 */
public final class NioFileSteps implements FileSteps {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final Path SYNC = Path.of("/usr/bin/sync");

    @Override
    public void createDirectory(Path directory) throws IOException {
        Files.createDirectory(directory, isPosix(directory) ? attributes(PRIVATE_DIRECTORY) : attributes());
    }

    @Override
    public void create(Path file, byte[] content) throws IOException {
        FileChannel channel = open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (channel) {
            writeFully(channel, content);
        } catch (IOException failure) {
            // The disk is full, say. A part of a file would look like somebody else's to the next one who creates it.
            Files.deleteIfExists(file);
            throw failure;
        }
    }

    @Override
    public void append(Path file, byte[] content) throws IOException {
        append(file, ByteBuffer.wrap(content));
    }

    @Override
    public void append(Path file, ByteBuffer content) throws IOException {
        try (FileChannel channel = open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (content.hasRemaining()) {
                channel.write(content);
            }
        }
    }

    private static FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), isPosix(file) ? attributes(PRIVATE_FILE) : attributes());
    }

    private static void writeFully(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    @Override
    public void setLength(Path file, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long size = channel.size();
            if (size > length) {
                channel.truncate(length);
            } else if (size < length) {
                // Writing the last byte alone leaves a hole that reads as zeros and takes no space.
                channel.write(ByteBuffer.allocate(1), length - 1);
            }
        }
    }

    @Override
    public void overwrite(Path file, long offset, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.position(offset);
            writeFully(channel, content);
        }
    }

    @Override
    public void overwrite(Path file, long[] offsets, int count, ByteBuffer content) throws IOException {
        int size = content.remaining() / count;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; i < count;) {
                int end = i + 1;
                while (end < count && offsets[end] == offsets[end - 1] + size) {
                    end++;
                }
                content.limit(content.position() + (end - i) * size);
                for (long at = offsets[i]; content.hasRemaining();) {
                    at += channel.write(content, at);
                }
                i = end;
            }
        }
    }

    @Override
    public void copy(Path source, Path target) throws IOException {
        // The JDK clones blocks, or else copies inside the kernel (copy_file_range), where the file system can.
        Files.copy(source, target);
    }

    @Override
    public void link(Path source, Path target) throws IOException {
        try {
            Files.createLink(target, source);
        } catch (UnsupportedOperationException none) {
            throw new FileSystemException(target.toString(), source.toString(), "this file system has no hard links");
        }
    }

    @Override
    public void sync(Path fileOrDirectory) throws IOException {
        boolean directory = Files.isDirectory(fileOrDirectory);
        FileChannel channel;
        try {
            channel = FileChannel.open(fileOrDirectory,
                    directory ? StandardOpenOption.READ : StandardOpenOption.WRITE);
        } catch (IOException cannotOpen) {
            if (directory) {
                // Windows and the in-memory provider have no channel on a directory and no need of one.
                return;
            }
            throw cannotOpen;
        }
        try (channel) {
            channel.force(true);
        }
    }

    @Override
    public void syncAll(List<Path> filesAndDirectories) throws IOException {
        new ParallelSync(this, filesAndDirectories).run();
    }

    /** By {@code sync -f} (syncfs), which is a program of its own because Java has no such call. */
    @Override
    public boolean syncFileSystem(Path path) throws IOException {
        if (path.getFileSystem() != FileSystems.getDefault() || !Files.isExecutable(SYNC)) {
            return false;
        }
        Process sync = new ProcessBuilder(SYNC.toString(), "-f", path.toString())
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            // A program that knows no -f, or that fails: then each file is synced, and the failure comes to light.
            return sync.waitFor() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void rename(Path source, Path target) throws IOException {
        Files.move(source, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void symlink(Path link, Path target) throws IOException {
        Files.createSymbolicLink(link, target);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.delete(path);
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] attributes(FileAttribute<?>... attributes) {
        return attributes;
    }
}
