package dev.neon.repo.timeline;

import dev.neon.repo.Iso8601;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.Escape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code neon commit} was told of points of a timeline: {@code timelines/<id>/commits}, a line for each, tab-separated, in
 * the order in which they were made; free text is {@link Escape escaped}. A last line without its newline was torn and does not
 * count, nor does one that cannot be read: nothing depends on them.
 * <pre>
 * lsn  time (ISO 8601)  who  branch  message
 * </pre>
 */
public final class CommitMessages {
    private static final int FIELDS = 5;

    private final TimelineStore timelines;
    private final DurableFiles files;

    public CommitMessages(TimelineStore timelines, DurableFiles files) {
        this.timelines = timelines;
        this.files = files;
    }

    /**
     * A commit.
     *
     * @param lsn    the end of the last record that belongs to it
     * @param branch that was brought there, as it was called then
     */
    public record Message(Lsn lsn, Instant time, String who, String branch, String text) {}

    /** Writes one down, durably. */
    public void add(TimelineId timeline, Message message) {
        Path file = file(timeline);
        // A torn line before would take this one with it.
        String line = (Files.exists(file) ? "\n" : "") + message.lsn() + '\t' + Iso8601.format(message.time()) + '\t'
                + Escape.escape(message.who()) + '\t' + Escape.escape(message.branch()) + '\t' + Escape.escape(message.text())
                + '\n';
        try {
            files.steps().append(file, line.getBytes(StandardCharsets.UTF_8));
            files.steps().syncAll(List.of(file, file.getParent()));
        } catch (IOException failure) {
            throw new StorageFailedException("write", file, failure);
        }
    }

    /** Those of a timeline, oldest first. */
    public List<Message> of(TimelineId timeline) {
        String text;
        try {
            text = Files.readString(file(timeline), StandardCharsets.UTF_8);
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException failure) {
            throw new StorageFailedException("read", file(timeline), failure);
        }
        List<Message> messages = new ArrayList<>();
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
            String[] fields = line.split("\t", -1);
            try {
                if (fields.length == FIELDS) {
                    messages.add(new Message(Lsn.parse(fields[0]), Iso8601.parse(fields[1]), Escape.unescape(fields[2]),
                            Escape.unescape(fields[3]), Escape.unescape(fields[4])));
                }
            } catch (InvalidInputException | DateTimeException torn) {
                continue;
            }
        }
        return messages;
    }

    private Path file(TimelineId timeline) {
        return timelines.directory(timeline).resolve("commits");
    }
}
