package dev.neon.catalog;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * The tuples of a heap, in the order of its pages, whoever may see them ({@code REL_17 bufpage.h}, {@code itemid.h}). A
 * page that is none is passed over.
 */
final class HeapFile {
    static final int PAGE_SIZE = 8192;

    private static final int PD_LOWER = 12;
    private static final int PD_UPPER = 14;
    private static final int PD_SPECIAL = 16;
    private static final int PAGE_HEADER = 24;
    private static final int LINE_POINTER = 4;
    private static final int LP_NORMAL = 1;

    private final CatalogSource source;
    private final int tablespace;
    private final int database;
    private final int relation;
    private final CommitLog log;

    HeapFile(CatalogSource source, int tablespace, int database, int relation, CommitLog log) {
        this.source = source;
        this.tablespace = tablespace;
        this.database = database;
        this.relation = relation;
        this.log = log;
    }

    /**
     * Shows each tuple whose data has at least {@code dataBytes}. The object is the same for all of them.
     *
     * @throws dev.neon.repo.error.StorageFailedException if a file cannot be read; a missing one ends the relation
     */
    void forEach(int dataBytes, Consumer<HeapTuple> each) {
        HeapTuple tuple = new HeapTuple(log);
        source.showPages(tablespace, database, relation,
                (bytes, page) -> showTuples(bytes, page, dataBytes, tuple, each));
    }

    static void showTuples(ByteBuffer bytes, int page, int dataBytes, HeapTuple tuple,
            Consumer<HeapTuple> each) {
        int lower = Short.toUnsignedInt(bytes.getShort(page + PD_LOWER));
        int upper = Short.toUnsignedInt(bytes.getShort(page + PD_UPPER));
        int special = Short.toUnsignedInt(bytes.getShort(page + PD_SPECIAL));
        if (lower < PAGE_HEADER || lower > upper || upper > special || special > PAGE_SIZE) {
            return;
        }
        for (int at = PAGE_HEADER; at + LINE_POINTER <= lower; at += LINE_POINTER) {
            // lp_off 15 bits, lp_flags 2, lp_len 15.
            int pointer = bytes.getInt(page + at);
            int offset = pointer & 0x7FFF;
            int length = pointer >>> 17;
            if ((pointer >>> 15 & 3) == LP_NORMAL && offset >= upper && offset + length <= PAGE_SIZE
                    && tuple.isAt(bytes, page + offset, length, dataBytes)) {
                each.accept(tuple);
            }
        }
    }
}
