package dev.neon.walindex;

import dev.neon.dialect.WalDialect;
import dev.neon.repo.Lsn;
import dev.neon.repo.walindex.TransactionPart;
import dev.neon.rmgr.transaction.TransactionRecord;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import java.util.Optional;

/**
 * A transaction's PREPARE.
 *
 * @param xid  64 bits
 * @param end  of the record: the first point at which it is prepared
 * @param time microseconds since 2000
 * @param gid  the name that the user gave it
 */
public record Preparation(long xid, Lsn end, long time, String gid) {
    private static final int RM_XACT = 1;

    /**
     * Looks for the record.
     *
     * @param part of the segment in which the transaction was prepared
     */
    public static Optional<Preparation> find(WalSource source, TransactionPart part) {
        Lsn segment = new Lsn(part.first().value() & -(long) source.segmentSize());
        Lsn last = segment.plus(source.segmentSize());
        WalDialect dialect = WalDialect.of(source.major());
        try (WalReader reader = WalReader.from(source, part.first())) {
            while (reader.next() && reader.start().isBefore(last)) {
                if (reader.rmid() == RM_XACT && reader.xid() == (int) part.xid()
                        && dialect.manager(RM_XACT).decode(reader.record()) instanceof TransactionRecord.Prepare said) {
                    return Optional.of(new Preparation(part.xid(), reader.end(), said.time(), said.gid()));
                }
            }
            return Optional.empty();
        }
    }
}
