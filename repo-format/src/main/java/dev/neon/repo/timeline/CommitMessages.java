package dev.neon.repo.timeline;

import dev.neon.repo.Iso8601;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code neon commit} was told of points of a timeline: a file {@code timelines/<id>/commits/<lsn>} for each, UTF-8, with
 * free text {@link Escape escaped}. Nothing depends on them, so one that cannot be read is passed over.
 * <pre>
 * branch: main                  that was brought there, as it was called then
 * date: 2026-11-21T07:35:31Z
 * author: heikki@host
 * message: add orders
 * </pre>
 */
public final class CommitMessages {
    /** Where they are, below a timeline's directory. */
    public static final String DIRECTORY = "commits";

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

    /** Writes one down, durably; it takes the place of an earlier one at the same point. */
    public void add(TimelineId timeline, Message message) {
        Path file = file(timeline, message.lsn());
        files.createDirectories(file.getParent());
        String text = "branch: " + Escape.escape(message.branch()) + "\ndate: " + Iso8601.format(message.time()) + "\nauthor: "
                + Escape.escape(message.who()) + "\nmessage: " + Escape.escape(message.text()) + '\n';
        files.replace(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** That of a point; empty if it has none that can be read. */
    public Optional<Message> at(TimelineId timeline, Lsn lsn) {
        Path file = file(timeline, lsn);
        try {
            return parse(file.getFileName().toString(), Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }

    /** Removes that of a point, durably; one that is not there is no error. */
    public void remove(TimelineId timeline, Lsn lsn) {
        files.delete(file(timeline, lsn));
    }

    private Path file(TimelineId timeline, Lsn lsn) {
        return timelines.directory(timeline).resolve(DIRECTORY).resolve(lsn.toFileName());
    }

    /** Those of a timeline, by LSN. */
    public List<Message> of(TimelineId timeline) {
        List<Message> messages = new ArrayList<>();
        Path directory = timelines.directory(timeline).resolve(DIRECTORY);
        try {
            for (Path file : Directories.list(directory)) {
                if (!DurableFiles.isTemporary(file)) {
                    parse(file.getFileName().toString(), Files.readString(file, StandardCharsets.UTF_8)).ifPresent(messages::add);
                }
            }
        } catch (NoSuchFileException none) {
            return messages;
        } catch (IOException failure) {
            throw new StorageFailedException("read", directory, failure);
        }
        messages.sort(Comparator.comparing(Message::lsn));
        return messages;
    }

    private static Optional<Message> parse(String name, String text) {
        Map<String, String> values = new HashMap<>();
        for (String line : text.split("\n")) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                values.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        try {
            return Optional.of(new Message(Lsn.parseFileName(name), Iso8601.parse(values.getOrDefault("date", "")),
                    Escape.unescape(values.getOrDefault("author", "")), Escape.unescape(values.getOrDefault("branch", "")),
                    Escape.unescape(values.getOrDefault("message", ""))));
        } catch (InvalidInputException | DateTimeException damaged) {
            return Optional.empty();
        }
    }
}
