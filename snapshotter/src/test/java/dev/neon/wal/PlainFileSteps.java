package dev.neon.wal;

import dev.neon.repo.files.FileSteps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The steps on whichever file system a path belongs to, and a list of what was done. */
final class PlainFileSteps implements FileSteps {
    final List<String> done = new ArrayList<>();

    @Override
    public void createDirectory(Path directory) throws IOException {
        Files.createDirectory(directory);
    }

    @Override
    public void create(Path file, byte[] content) throws IOException {
        done.add("create " + file.getFileName());
        Files.write(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public void append(Path file, byte[] content) throws IOException {
        Files.write(file, content, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void setLength(Path file, long length) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            if (channel.size() >= length) {
                channel.truncate(length);
            } else {
                channel.position(length - 1).write(ByteBuffer.allocate(1));
            }
        }
    }

    @Override
    public void overwrite(Path file, long offset, byte[] content) throws IOException {
        done.add("overwrite " + file.getFileName());
        try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.position(offset).write(ByteBuffer.wrap(content));
        }
    }

    @Override
    public void copy(Path source, Path target) throws IOException {
        Files.copy(source, target);
    }

    @Override
    public void link(Path source, Path target) throws IOException {
        Files.createLink(target, source);
    }

    @Override
    public void sync(Path fileOrDirectory) {
        done.add("sync " + fileOrDirectory.getFileName());
    }

    @Override
    public void rename(Path source, Path target) throws IOException {
        done.add("rename " + target.getFileName());
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
}
