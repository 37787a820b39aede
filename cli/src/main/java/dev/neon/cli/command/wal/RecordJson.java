package dev.neon.cli.command.wal;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.neon.dialect.WalDialect;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.ResourceManager;
import dev.neon.wal.WalRecord;
import java.util.Locale;

/**
 * Writes records as JSON, an object a line, with times in UTC wherever it is written. The fields and their order never
 * change; new ones may be added.
 */
final class RecordJson {
    private static final String[] FORKS = {"main", "fsm", "vm", "init"};

    private final WalDialect dialect;
    private final StringBuilder description = new StringBuilder();

    RecordJson(WalDialect dialect) {
        this.dialect = dialect;
    }

    void append(WalRecord record, StringBuilder text) {
        ResourceManager<?> manager = dialect.manager(record.rmid());
        text.append("{\"lsn\":\"").append(new Lsn(record.startLsn()));
        text.append("\",\"end\":\"").append(record.end());
        text.append("\",\"prev\":\"").append(record.previous());
        text.append("\",\"rmgr\":\"").append(manager.name());
        text.append("\",\"record\":\"").append(manager.operation(record.info()));
        text.append("\",\"xid\":").append(Integer.toUnsignedLong(record.xid()));
        text.append(",\"length\":").append(record.length());
        text.append(",\"imageLength\":").append(record.imagesLength());
        text.append(",\"origin\":").append(record.origin());
        text.append(",\"topLevelXid\":").append(Integer.toUnsignedLong(record.topLevelXid()));
        describe(manager, record, text);
        text.append(",\"blocks\":[");
        boolean isFirst = true;
        for (int id = 0; id < record.blockCount(); id++) {
            if (record.hasBlock(id)) {
                text.append(isFirst ? "" : ",");
                block(record, id, text);
                isFirst = false;
            }
        }
        text.append("]}\n");
    }

    private void describe(ResourceManager<?> manager, WalRecord record, StringBuilder text) {
        description.setLength(0);
        try {
            manager.describe(record, description);
            text.append(",\"description\":");
            string(description, text);
            text.append(",\"problem\":null");
        } catch (UnsupportedWalException unknown) {
            text.append(",\"description\":null,\"problem\":");
            string(unknown.getMessage(), text);
        }
    }

    private static void string(CharSequence content, StringBuilder text) {
        text.append('"');
        JsonStringEncoder.getInstance().quoteAsString(content, text);
        text.append('"');
    }

    private static void block(WalRecord record, int id, StringBuilder text) {
        text.append("{\"id\":").append(id);
        text.append(",\"tablespace\":").append(Integer.toUnsignedLong(record.tablespace(id)));
        text.append(",\"database\":").append(Integer.toUnsignedLong(record.database(id)));
        text.append(",\"relation\":").append(Integer.toUnsignedLong(record.relation(id)));
        text.append(",\"fork\":\"").append(FORKS[record.fork(id)]);
        text.append("\",\"block\":").append(Integer.toUnsignedLong(record.block(id)));
        text.append(",\"init\":").append(record.willInit(id));
        text.append(",\"dataLength\":").append(record.dataLength(id));
        text.append(",\"image\":");
        if (record.hasImage(id)) {
            text.append("{\"length\":").append(record.imageLength(id));
            text.append(",\"applied\":").append(record.isImageApplied(id));
            text.append(",\"holeOffset\":").append(record.holeOffset(id));
            text.append(",\"holeLength\":").append(record.holeLength(id));
            text.append(",\"compression\":\"")
                    .append(record.imageCompression(id).name().toLowerCase(Locale.ROOT)).append("\"}");
        } else {
            text.append("null");
        }
        text.append('}');
    }
}
