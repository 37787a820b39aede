package dev.neon.compute.process;

import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A log that does not grow for ever, and whose end tells why something did not start. */
public record LogFile(Path path) {
    private static final long ROTATE_AT = 10L << 20;
    private static final int TAIL_BYTES = 16 << 10;
    private static final int TAIL_LINES = 12;

    /** Bytes in the log; zero if there is none. */
    public long size() {
        try {
            return Files.exists(path) ? Files.size(path) : 0;
        } catch (IOException e) {
            throw new StorageFailedException("read", path, e);
        }
    }

    /** Sets a long log aside as {@code .log.1}, where it replaces an earlier one. */
    public void rotate() {
        if (size() < ROTATE_AT) {
            return;
        }
        try {
            Files.move(path, path.resolveSibling(path.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new StorageFailedException("rename", path, e);
        }
    }

    /** The last lines that came after position {@code from}. */
    public String tail(long from) {
        try (RandomAccessFile log = new RandomAccessFile(path.toFile(), "r")) {
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
