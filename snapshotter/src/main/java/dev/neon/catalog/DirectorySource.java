package dev.neon.catalog;

import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.PostgresMajor;
import dev.neon.postgres.RelationPath;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The files of a data directory, or of a copy of one. */
final class DirectorySource implements CatalogSource {
    private static final int PAGES_AT_ONCE = 64;

    private final Path dataDirectory;
    private final PostgresMajor major;

    DirectorySource(Path dataDirectory, PostgresMajor major) {
        this.dataDirectory = dataDirectory;
        this.major = major;
    }

    @Override
    public PostgresMajor major() {
        return major;
    }

    @Override
    public RelationMap sharedMap() {
        return RelationMap.read(dataDirectory.resolve("global").resolve(RelationMap.FILE_NAME));
    }

    @Override
    public Optional<RelationMap> map(int tablespace, int database) {
        Path map = file(tablespace, database, 0).resolveSibling(RelationMap.FILE_NAME);
        return Files.exists(map) ? Optional.of(RelationMap.read(map)) : Optional.empty();
    }

    private Path file(int tablespace, int database, int relation) {
        return dataDirectory.resolve(RelationPath.of(major, new RelFileLocator(tablespace, database, relation),
                ForkNumber.MAIN));
    }

    @Override
    public void showPages(int tablespace, int database, int relation, Visitor visitor) {
        Path first = file(tablespace, database, relation);
        Path file = first;
        for (int i = 1; show(file, visitor); i++) {
            file = first.resolveSibling(first.getFileName() + "." + i);
        }
    }

    private static boolean show(Path file, Visitor visitor) {
        ByteBuffer buffer = ByteBuffer.allocate(PAGES_AT_ONCE * HeapFile.PAGE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            boolean more = true;
            while (more) {
                more = fill(channel, buffer.clear());
                for (int page = 0; page + HeapFile.PAGE_SIZE <= buffer.position(); page += HeapFile.PAGE_SIZE) {
                    visitor.page(buffer, page);
                }
            }
            return true;
        } catch (NoSuchFileException none) {
            return false;
        } catch (IOException e) {
            throw new StorageFailedException("read", file, e);
        }
    }

    private static boolean fill(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public byte[] commitLog(int number) {
        Path file = dataDirectory.resolve("pg_xact").resolve(String.format("%04X", number));
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException truncated) {
            return new byte[0];
        } catch (IOException e) {
            throw new StorageFailedException("read", file, e);
        }
    }
}
