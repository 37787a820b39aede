package dev.neon.repo.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Every change that neon makes to a file system: the seam. One call is one step, which a test can let fail, tear or
 * lose (what was not {@linkplain #sync synced} may vanish in a crash). Reading needs no seam and goes straight through
 * {@link java.nio.file.Files}; paths may belong to any file-system provider, an in-memory one included.
 *
 * <p>Library code rarely calls this: {@link DurableFiles} puts the steps in the order that survives a crash.
 */
public interface FileSteps {
    /** Creates one directory; its parent exists. */
    void createDirectory(Path directory) throws IOException;

    /**
     * Creates a file with this content.
     *
     * @throws java.nio.file.FileAlreadyExistsException if something of that name exists
     */
    void create(Path file, byte[] content) throws IOException;

    /** Adds bytes at the end of a file, which is created if it is missing. */
    void append(Path file, byte[] content) throws IOException;

    /** Adds all that remains in a buffer at the end of a file, as {@link #append(Path, byte[])}. */
    default void append(Path file, ByteBuffer content) throws IOException {
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        append(file, bytes);
    }

    /** Cuts or extends (with zeros) a file to {@code length} bytes. */
    void setLength(Path file, long length) throws IOException;

    /** Overwrites bytes from {@code offset} on in a file that exists. */
    void overwrite(Path file, long offset, byte[] content) throws IOException;

    /**
     * Overwrites pieces of equal size in a file that exists.
     *
     * @param offsets where each of them goes to, ascending
     * @param count   how many there are
     * @param content the pieces, one after the other, which are taken out of it
     */
    default void overwrite(Path file, long[] offsets, int count, ByteBuffer content) throws IOException {
        byte[] piece = new byte[content.remaining() / count];
        for (int i = 0; i < count; i++) {
            content.get(piece);
            overwrite(file, offsets[i], piece.clone());
        }
    }

    /** Copies a regular file, sharing blocks where the file system can (reflink). The target must not exist. */
    void copy(Path source, Path target) throws IOException;

    /**
     * Gives a regular file a second name on the same file system (hard link). The target must not exist.
     *
     * @throws IOException if the file system has none, or the other name is on another one; nothing has changed then
     */
    void link(Path source, Path target) throws IOException;

    /** Forces a file, or the entries of a directory, to disk. */
    void sync(Path fileOrDirectory) throws IOException;

    /** Forces several files and directories to disk, in any order. */
    default void syncAll(List<Path> filesAndDirectories) throws IOException {
        for (Path path : filesAndDirectories) {
            sync(path);
        }
    }

    /**
     * Forces everything to disk that was written to the file system of {@code path}, if that can be done at once.
     *
     * @return false if nothing was done, and each file has to be synced by itself
     */
    default boolean syncFileSystem(Path path) throws IOException {
        return false;
    }

    /** Renames within a file system, atomically, over an existing file too. */
    void rename(Path source, Path target) throws IOException;

    /** Creates a symbolic link at {@code link} that holds {@code target} as it is given. */
    void symlink(Path link, Path target) throws IOException;

    /**
     * Removes a file, a link or an empty directory.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    void delete(Path path) throws IOException;
}
