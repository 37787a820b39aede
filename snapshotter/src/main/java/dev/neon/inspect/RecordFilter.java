package dev.neon.inspect;

import dev.neon.repo.RelFileLocator;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which records are meant ({@code REL_17 pg_waldump.c}, its options of the same names). What is not given lets all
 * records pass. Relation, block and fork must meet in one block of the record.
 */
public final class RecordFilter {
    /** Every record. */
    public static final RecordFilter ALL = new RecordFilter(Set.of(), OptionalInt.empty(), Optional.empty(),
            OptionalInt.empty(), OptionalInt.empty(), false);

    private final BitSet rmgrs = new BitSet();
    private final OptionalInt xid;
    private final Optional<RelFileLocator> relation;
    private final OptionalInt block;
    private final OptionalInt fork;
    private final boolean image;

    /**
     * @param rmgrs the numbers of resource managers; empty for all
     * @param xid   the record's own transaction, unsigned
     * @param fork  0 to 3
     * @param image whether a block must have an image
     */
    public RecordFilter(Set<Integer> rmgrs, OptionalInt xid, Optional<RelFileLocator> relation, OptionalInt block,
            OptionalInt fork, boolean image) {
        rmgrs.forEach(this.rmgrs::set);
        this.xid = xid;
        this.relation = relation;
        this.block = block;
        this.fork = fork;
        this.image = image;
    }

    /** Whether the record that {@code reader} is at is meant. */
    public boolean matches(WalReader reader) {
        return (rmgrs.isEmpty() || rmgrs.get(reader.rmid()))
                && (xid.isEmpty() || xid.getAsInt() == reader.xid())
                && (relation.isEmpty() && block.isEmpty() && fork.isEmpty() || touches(reader.record()))
                && (!image || hasImage(reader.record()));
    }

    private boolean touches(WalRecord record) {
        for (int id = 0; id < record.blockCount(); id++) {
            if (record.hasBlock(id) && (fork.isEmpty() || fork.getAsInt() == record.fork(id))
                    && (block.isEmpty() || block.getAsInt() == record.block(id))
                    && (relation.isEmpty() || relation.get().equals(record.locator(id)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasImage(WalRecord record) {
        for (int id = 0; id < record.blockCount(); id++) {
            if (record.hasImage(id)) {
                return true;
            }
        }
        return false;
    }
}
