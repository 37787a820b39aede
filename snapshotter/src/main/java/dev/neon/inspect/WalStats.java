package dev.neon.inspect;

import dev.neon.dialect.WalDialect;
import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.ResourceManager;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Counts and sizes of records, as {@code pg_waldump --stats} has them ({@code REL_17 xlogstats.c XLogRecStoreStats}).
 * Nothing is allocated for a record.
 */
public final class WalStats implements Tally<WalStats> {
    private static final int RM_XACT = 1;
    /** Of a transaction record the highest bit is a flag and not of the operation. */
    private static final int XACT_OPERATION = 0x70;
    /** The numbers kept of a group, one behind the other. */
    private static final int FIELDS = 3;
    private static final int COUNT = 0;
    private static final int RECORD_BYTES = 1;
    private static final int IMAGE_BYTES = 2;
    private static final int RMGRS = 256;
    private static final int OPERATIONS = 16;

    /**
     * What was counted of one group.
     *
     * @param recordBytes bytes of the records without their images, page headers and padding not counted
     * @param imageBytes  bytes of their images as they are in WAL
     */
    public record Row(String name, long count, long recordBytes, long imageBytes) {
        public long bytes() {
            return recordBytes + imageBytes;
        }
    }

    private final Grouping grouping;
    private final RecordFilter filter;
    private final RelationIndex relations = new RelationIndex();
    private long[] numbers;
    private long end;

    public WalStats(Grouping grouping, RecordFilter filter) {
        this.grouping = grouping;
        this.filter = filter;
        this.numbers = new long[FIELDS * switch (grouping) {
            case RMGR -> RMGRS;
            case RECORD -> RMGRS * OPERATIONS;
            case RELATION, DATABASE -> OPERATIONS;
        }];
    }

    @Override
    public void count(WalReader reader) {
        if (filter != RecordFilter.ALL && !filter.matches(reader)) {
            return;
        }
        WalRecord record = reader.record();
        int images = record.imagesLength();
        int at = FIELDS * switch (grouping) {
            case RMGR -> reader.rmid();
            case RECORD -> reader.rmid() * OPERATIONS + (operation(reader) >> 4);
            case RELATION -> relation(record);
            case DATABASE -> database(record);
        };
        if (at >= numbers.length) {
            numbers = Arrays.copyOf(numbers, at * 2);
        }
        numbers[at + COUNT]++;
        numbers[at + RECORD_BYTES] += reader.length() - images;
        numbers[at + IMAGE_BYTES] += images;
        end = reader.endLsn();
    }

    private static int operation(WalReader reader) {
        return reader.rmid() == RM_XACT ? reader.operation() & XACT_OPERATION : reader.operation();
    }

    /** 0 for none. */
    private int relation(WalRecord record) {
        int id = firstBlock(record);
        return id < 0 ? 0 : 1 + relations.numberOf(record.tablespace(id), record.database(id), record.relation(id));
    }

    /** 0 for none. */
    private int database(WalRecord record) {
        int id = firstBlock(record);
        return id < 0 ? 0 : 1 + relations.numberOf(0, record.database(id), 0);
    }

    /** -1 for none. */
    private static int firstBlock(WalRecord record) {
        int id = 0;
        while (id < record.blockCount() && !record.hasBlock(id)) {
            id++;
        }
        return id < record.blockCount() ? id : -1;
    }

    @Override
    public void add(WalStats later) {
        end = later.end == 0 ? end : later.end;
        for (int from = 0; from < later.numbers.length; from += FIELDS) {
            if (later.numbers[from + COUNT] > 0) {
                int to = FIELDS * groupOf(later, from / FIELDS);
                if (to >= numbers.length) {
                    numbers = Arrays.copyOf(numbers, to * 2);
                }
                for (int field = 0; field < FIELDS; field++) {
                    numbers[to + field] += later.numbers[from + field];
                }
            }
        }
    }

    private int groupOf(WalStats later, int group) {
        return switch (grouping) {
            case RMGR, RECORD -> group;
            case RELATION, DATABASE -> {
                if (group == 0) {
                    yield 0;
                }
                RelFileLocator relation = later.relations.relations().get(group - 1);
                yield 1 + relations.numberOf(relation.tablespace(), relation.database(), relation.relation());
            }
        };
    }

    /** The position after the last record that was counted; 0 if there was none. */
    public long endLsn() {
        return end;
    }

    /**
     * The groups: all built-in resource managers, of other groups those that were met; by number, or in the order in
     * which they were met.
     */
    public List<Row> rows(WalDialect dialect) {
        List<Row> rows = new ArrayList<>();
        for (int group = 0; group * FIELDS < numbers.length; group++) {
            int at = group * FIELDS;
            boolean met = numbers[at + COUNT] > 0;
            if (met || grouping == Grouping.RMGR && group < dialect.managers().size()) {
                rows.add(new Row(name(group, dialect), numbers[at + COUNT], numbers[at + RECORD_BYTES],
                        numbers[at + IMAGE_BYTES]));
            }
        }
        return rows;
    }

    private String name(int group, WalDialect dialect) {
        return switch (grouping) {
            case RMGR -> dialect.manager(group).name();
            case RECORD -> {
                ResourceManager<?> manager = dialect.manager(group / OPERATIONS);
                yield manager.name() + '/' + manager.operation(group % OPERATIONS << 4);
            }
            case RELATION -> group == 0 ? "none" : relations.relations().get(group - 1).toString();
            case DATABASE -> group == 0 ? "none" : databaseName(relations.relations().get(group - 1).database());
        };
    }

    private static String databaseName(int database) {
        return database == 0 ? "shared" : Integer.toUnsignedString(database);
    }
}
