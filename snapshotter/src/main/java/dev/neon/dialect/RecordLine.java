package dev.neon.dialect;

import dev.neon.postgres.ImageCompression;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.ResourceManager;
import dev.neon.wal.WalRecord;
import java.time.ZoneId;
import java.util.Locale;

/**
 * Writes records line by line as {@code pg_waldump} of their release does ({@code REL_17 pg_waldump.c
 * XLogDumpDisplayRecord}, {@code xlogdesc.c XLogRecGetBlockRefInfo}). Scripts that read one can read the other.
 */
public final class RecordLine {
    private static final String[] FORKS = {"main", "fsm", "vm", "init"};

    private final WalDialect dialect;
    private final PostgresMajor major;
    private final boolean details;
    private final ZoneId zone;

    /**
     * @param details whether each block has a line of its own, with what its image holds: {@code --bkp-details}
     * @param zone    of times: {@code pg_waldump} takes the machine's
     */
    public RecordLine(PostgresMajor major, boolean details, ZoneId zone) {
        this.dialect = WalDialect.of(major);
        this.major = major;
        this.details = details;
        this.zone = zone;
    }

    /**
     * Appends the record's line, or lines, each with its newline. Where the description would stand there is a remark in
     * brackets if neon does not know the record's form.
     */
    public void append(WalRecord record, StringBuilder text) {
        ResourceManager<?> manager = dialect.manager(record.rmid());
        int images = record.imagesLength();
        padded(text.append("rmgr: "), manager.name(), 11);
        number(text.append(" len (rec/tot): "), record.length() - images, 6);
        number(text.append('/'), record.length(), 6);
        number(text.append(", tx: "), record.xid(), 10);
        lsn(text.append(", lsn: "), record.startLsn());
        lsn(text.append(", prev "), record.previousLsn());
        text.append(", desc: ").append(manager.operation(record.info())).append(' ');
        describe(manager, record, text);
        if (details) {
            text.append('\n');
        }
        for (int id = 0; id < record.blockCount(); id++) {
            if (record.hasBlock(id)) {
                block(record, id, text);
            }
        }
        if (!details) {
            text.append('\n');
        }
    }

    private void describe(ResourceManager<?> manager, WalRecord record, StringBuilder text) {
        int before = text.length();
        try {
            manager.describe(record, zone, text);
        } catch (UnsupportedWalException unknown) {
            text.setLength(before);
            text.append('(').append(unknown.getMessage()).append(')');
        }
    }

    private void block(WalRecord record, int id, StringBuilder text) {
        text.append(details ? "\tblkref #" : ", blkref #").append(id).append(": rel ");
        unsigned(text, record.tablespace(id)).append('/');
        unsigned(text, record.database(id)).append('/');
        unsigned(text, record.relation(id));
        if (details || record.fork(id) != 0) {
            text.append(" fork ").append(FORKS[record.fork(id)]);
        }
        unsigned(text.append(" blk "), record.block(id));
        if (record.hasImage(id)) {
            image(record, id, text);
        }
        if (details) {
            text.append('\n');
        }
    }

    private void image(WalRecord record, int id, StringBuilder text) {
        text.append(details ? " (FPW" : " FPW").append(record.isImageApplied(id) ? "" : " for WAL verification");
        if (!details) {
            return;
        }
        text.append("); hole: offset: ").append(record.holeOffset(id)).append(", length: ")
                .append(record.holeLength(id));
        ImageCompression compression = record.imageCompression(id);
        if (compression != ImageCompression.NONE) {
            text.append(", compression saved: ")
                    .append(WalRecord.PAGE_SIZE - record.holeLength(id) - record.imageLength(id));
            if (major.hasCompressionMethods()) {
                text.append(", method: ").append(compression.name().toLowerCase(Locale.ROOT));
            }
        }
    }

    /** {@code %X/%08X}. */
    private static void lsn(StringBuilder text, long lsn) {
        boolean leading = false;
        for (int shift = 60; shift >= 0; shift -= 4) {
            int digit = (int) (lsn >>> shift) & 15;
            leading |= digit != 0 || shift <= 32;
            if (leading) {
                text.append((char) (digit < 10 ? '0' + digit : 'A' + digit - 10));
            }
            if (shift == 32) {
                text.append('/');
            }
        }
    }

    private static void number(StringBuilder text, int value, int width) {
        int before = text.length();
        unsigned(text, value);
        int missing = width - (text.length() - before);
        if (missing > 0) {
            text.insert(before, " ".repeat(missing));
        }
    }

    private static StringBuilder unsigned(StringBuilder text, int value) {
        return text.append(Integer.toUnsignedLong(value));
    }

    private static void padded(StringBuilder text, String name, int width) {
        text.append(name).repeat(' ', Math.max(0, width - name.length()));
    }
}
