package dev.neon.compute.daemon;

import dev.neon.compute.process.LogFile;
import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Appends lines to a log, each with the time and the process before it, as PostgreSQL's {@code log_line_prefix = '%m [%p] '}
 * does. The file is opened for each line, so that it may be moved away at any time; a long one is set aside as
 * {@code .log.1}, where it replaces an earlier one. Safe for threads.
 */
public final class DaemonLog implements Consumer<String> {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS zzz", Locale.ROOT);

    private final LogFile file;
    private final Clock clock;
    private final long pid;
    private final Consumer<String> otherwise;

    /** @param otherwise takes lines that cannot be written, such as that the log's directory is gone */
    public DaemonLog(Path file, Clock clock, long pid, Consumer<String> otherwise) {
        this.file = new LogFile(file);
        this.clock = clock;
        this.pid = pid;
        this.otherwise = otherwise;
    }

    @Override
    public synchronized void accept(String line) {
        String text = STAMP.format(ZonedDateTime.now(clock)) + " [" + pid + "] " + line + '\n';
        try {
            file.rotate();
            Files.writeString(file.path(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException | StorageFailedException unwritable) {
            otherwise.accept(text.stripTrailing());
        }
    }
}
