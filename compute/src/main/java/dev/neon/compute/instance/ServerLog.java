package dev.neon.compute.instance;

import dev.neon.repo.TimelineId;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** {@code run/<timeline>.log}: what the servers on a timeline print. */
public final class ServerLog {
    private static final long ROTATE_AT = 10L << 20;
    private static final int TAIL_BYTES = 16 << 10;
    private static final int TAIL_LINES = 12;

    private final Path file;

    public ServerLog(Repository repository, TimelineId timeline) {
        this.file = repository.runDirectory().resolve(timeline + ".log");
    }

    public Path file() {
        return file;
    }

    /** Bytes in the log. */
    long size() {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new StorageFailedException("read", file, e);
        }
    }

    /** Sets a long log aside as {@code .log.1}, where it replaces an earlier one. */
    void rotate() {
        if (size() < ROTATE_AT) {
            return;
        }
        try {
            Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new StorageFailedException("rename", file, e);
        }
    }

    /** The last lines that came after position {@code from}. */
    String tail(long from) {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            long start = Math.max(from, log.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) Math.max(0, log.length() - start)];
            log.seek(start);
            log.readFully(bytes);
            List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "";
        }
    }
}
