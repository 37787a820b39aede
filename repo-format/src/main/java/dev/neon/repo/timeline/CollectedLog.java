package dev.neon.repo.timeline;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The WAL that is missing on purpose of timelines that are there, {@code logs/collected}: a collection has removed it, or it
 * was left behind when the timeline was fetched. So nobody takes it for lost. A line for each run,
 * {@code <timeline> TAB <first LSN> TAB <LSN after the last>}; a last line without its newline was torn and does not count.
 */
public final class CollectedLog {
    private final DurableFiles files;
    private final Path file;

    /** @param neonDirectory the repository's directory */
    public CollectedLog(Path neonDirectory, DurableFiles files) {
        this.files = files;
        this.file = neonDirectory.resolve("logs").resolve("collected");
    }

    /** Missing WAL: {@code from} inclusive, {@code to} exclusive. */
    public record Run(TimelineId timeline, Lsn from, Lsn to) {}

    /** Writes down what is about to be missing, durably. */
    public void add(List<Run> runs) {
        if (runs.isEmpty()) {
            return;
        }
        // A torn line before would take the next one with it.
        StringBuilder lines = new StringBuilder("\n");
        runs.forEach(run -> lines.append(run.timeline()).append('\t').append(run.from()).append('\t').append(run.to()).append('\n'));
        try {
            files.steps().append(file, lines.toString().getBytes(StandardCharsets.UTF_8));
            files.steps().syncAll(List.of(file, file.getParent()));
        } catch (IOException failure) {
            throw new StorageFailedException("write", file, failure);
        }
    }

    /** All that was written down, in that order. */
    public List<Run> read() {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
        List<Run> runs = new ArrayList<>();
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
            String[] fields = line.split("\t");
            try {
                if (fields.length == 3) {
                    runs.add(new Run(new TimelineId(fields[0]), Lsn.parse(fields[1]), Lsn.parse(fields[2])));
                }
            } catch (InvalidInputException torn) {
                continue;
            }
        }
        return runs;
    }
}
