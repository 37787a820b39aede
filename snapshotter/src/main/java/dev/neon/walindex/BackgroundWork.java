package dev.neon.walindex;

import dev.neon.dialect.WalDialect;
import dev.neon.repo.Lsn;
import dev.neon.repo.walindex.SegmentSummary;
import dev.neon.rmgr.ResourceManager;
import dev.neon.rmgr.transaction.TransactionEnd;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was written in a segment by no transaction: checkpoints, vacuum, pages whose hints changed, and the like.
 *
 * @param end     of the last such record
 * @param records how many
 * @param bytes   the sum of their lengths
 * @param types   of records, those with the most bytes first
 */
public record BackgroundWork(Lsn end, long records, long bytes, List<Type> types) {
    private static final int RM_XACT = 1;

    /**
     * Records of one type.
     *
     * @param name as {@code pg_waldump --stats=record} has it: {@code XLOG/FPI_FOR_HINT}
     */
    public record Type(String name, long records, long bytes) {
        private Type plus(Type other) {
            return new Type(name, records + other.records, bytes + other.bytes);
        }
    }

    /**
     * Reads the segment.
     *
     * @param from exclusive: records that end here or before do not count
     * @param to   inclusive
     * @return empty if there is no such record
     */
    public static Optional<BackgroundWork> of(WalSource source, SegmentSummary segment, Lsn from, Lsn to) {
        if (!segment.hasRecords()) {
            return Optional.empty();
        }
        WalDialect dialect = WalDialect.of(source.major());
        Map<Integer, Type> types = new HashMap<>();
        Optional<Lsn> end = Optional.empty();
        try (WalReader reader = WalReader.from(source, segment.firstRecord())) {
            while (reader.next() && !reader.start().isAfter(segment.lastRecord()) && !reader.end().isAfter(to)) {
                if (reader.xid() == 0 && reader.end().isAfter(from) && !isEnd(reader)) {
                    ResourceManager<?> manager = dialect.manager(reader.rmid());
                    int key = reader.rmid() << Byte.SIZE | reader.info() & 0xF0;
                    types.merge(key, new Type(manager.name() + '/' + manager.operation(reader.info()), 1, reader.length()),
                            Type::plus);
                    end = Optional.of(reader.end());
                }
            }
        }
        List<Type> sorted = new ArrayList<>(types.values());
        sorted.sort(Comparator.comparingLong(Type::bytes).reversed().thenComparing(Type::name));
        return end.map(last -> new BackgroundWork(last, sorted.stream().mapToLong(Type::records).sum(),
                sorted.stream().mapToLong(Type::bytes).sum(), sorted));
    }

    /** The end of a prepared transaction is written by a session that is in none. */
    private static boolean isEnd(WalReader reader) {
        return reader.rmid() == RM_XACT && TransactionEnd.isEnd(reader.record());
    }
}
