package dev.neon.walindex;

import dev.neon.repo.RelFileLocator;
import dev.neon.repo.walindex.RelationPart;
import dev.neon.repo.walindex.TransactionPart;
import dev.neon.wal.WalRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Counts what is written to each of a few relations; without an object a relation, as there are many tallies. */
final class RelationTally {
    private static final int OIDS = 3;
    private static final int USUAL = 4;

    private int[] oids = new int[USUAL * OIDS];
    private long[] touches = new long[USUAL];
    private long[] bytes = new long[USUAL];
    private int count;
    private int last;
    private long others;

    void clear() {
        count = 0;
        last = 0;
        others = 0;
    }

    void add(WalRecord record) {
        for (int id = 0; id < record.blockCount(); id++) {
            if (record.hasBlock(id)) {
                add(record.tablespace(id), record.database(id), record.relation(id), 1,
                        (long) record.imageLength(id) + record.dataLength(id));
            }
        }
    }

    void add(RelationTally other) {
        for (int i = 0; i < other.count; i++) {
            add(other.oids[OIDS * i], other.oids[OIDS * i + 1], other.oids[OIDS * i + 2], other.touches[i],
                    other.bytes[i]);
        }
        others += other.others;
    }

    void add(TransactionPart part) {
        for (RelationPart touched : part.relations()) {
            RelFileLocator relation = touched.relation();
            add(relation.tablespace(), relation.database(), relation.relation(), touched.touches(), touched.bytes());
        }
        others += part.otherTouches();
    }

    private void add(int tablespace, int database, int relation, long moreTouches, long moreBytes) {
        int at = find(tablespace, database, relation);
        if (at < 0) {
            others += moreTouches;
            return;
        }
        touches[at] += moreTouches;
        bytes[at] += moreBytes;
        last = at;
    }

    /** The place of a relation, a new one if need be; -1 if there is none left. */
    private int find(int tablespace, int database, int relation) {
        if (is(last, tablespace, database, relation)) {
            return last;
        }
        for (int i = 0; i < count; i++) {
            if (is(i, tablespace, database, relation)) {
                return i;
            }
        }
        if (count == TransactionPart.MOST_RELATIONS) {
            return -1;
        }
        if (count == touches.length) {
            oids = Arrays.copyOf(oids, 2 * oids.length);
            touches = Arrays.copyOf(touches, 2 * touches.length);
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        oids[OIDS * count] = tablespace;
        oids[OIDS * count + 1] = database;
        oids[OIDS * count + 2] = relation;
        touches[count] = 0;
        bytes[count] = 0;
        return count++;
    }

    private boolean is(int at, int tablespace, int database, int relation) {
        return at < count && oids[OIDS * at + 2] == relation && oids[OIDS * at + 1] == database
                && oids[OIDS * at] == tablespace;
    }

    long others() {
        return others;
    }

    List<RelationPart> toList() {
        List<RelationPart> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(new RelationPart(new RelFileLocator(oids[OIDS * i], oids[OIDS * i + 1], oids[OIDS * i + 2]),
                    touches[i], bytes[i]));
        }
        return list;
    }
}
