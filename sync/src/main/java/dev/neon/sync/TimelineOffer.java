package dev.neon.sync;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.timeline.CommitMessages;
import dev.neon.repo.timeline.TimelineHistory;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a repository can give of a timeline.
 *
 * @param text        its history file
 * @param end         up to where it is told: a tip, or the last fork that leads to one
 * @param directories of snapshots that are copies; those that files lie in need not be among them
 * @param wal         ascending, with gaps where WAL was collected
 * @param page        CRC-32C of the page of WAL in which the end lies, up to the end; empty if that is not there
 */
public record TimelineOffer(TimelineId id, String text, Lsn end, List<OfferedFile> files, List<String> directories,
        List<WalRun> wal, OptionalInt page) {
    public static final String HISTORY = "history";
    public static final String SETTINGS = "settings/";
    /** Of messages of commits. */
    static final String COMMITS = CommitMessages.DIRECTORY + '/';
    public static final String SNAPSHOTS = "snapshots/";
    public static final String WAL = "wal/";

    public TimelineOffer {
        files = List.copyOf(files);
        directories = List.copyOf(directories);
        wal = List.copyOf(wal);
    }

    /** @throws dev.neon.repo.error.CorruptFileException if the file cannot be read, or is another timeline's */
    public TimelineHistory history() {
        return TimelineHistory.parse(id, text);
    }
}
