package dev.neon.snapshot;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import java.nio.file.Path;

/**
 * The state of a timeline at one point: a copy of a data directory, or layers.
 *
 * @param timeline  whose state it is
 * @param lsn       the first point that can be rebuilt from it: that of the layers, the end of the shutdown checkpoint's
 *                  record for a copy of a stopped server, the end of the WAL when copying had ended for a copy of a
 *                  running one
 * @param redo      where replay has to begin: for a copy from the checkpoint in its {@code pg_control}
 * @param form      what its directory holds
 * @param directory where it is
 */
public record Snapshot(TimelineId timeline, Lsn lsn, Lsn redo, Form form, Path directory) {
    /** What a snapshot's directory holds. */
    public enum Form {
        /** A copy of a data directory whose server was stopped cleanly. */
        COPY,
        /** A copy of a data directory that was made while its server ran. */
        LIVE_COPY,
        /** All pages, in layers. */
        IMAGE,
        /** The pages that have changed since another snapshot, in layers. */
        DELTA
    }

    /** Whether no replay is needed at {@link #lsn}. */
    public boolean clean() {
        return form != Form.LIVE_COPY;
    }

    /** Whether it has layers, and not the files of a data directory. */
    public boolean isLayered() {
        return form == Form.IMAGE || form == Form.DELTA;
    }
}
