package dev.neon.repo.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The bytes of a segment's {@link SegmentDetails}. Numbers are of variable length ({@link IndexOutput}), {@code s} for
 * signed ones. A position is its distance from the segment's start in bytes; an end its distance from the record's
 * start. A time is its distance from the time written before it, the first from 2000.
 * <pre>
 * restore points    count, each:  position, end, s time, length of the name in bytes, name in UTF-8
 * restarts          count, each:  position, end, s time, 0 shutdown checkpoint or 1 end of recovery
 * transactions      count, each:  s xid less xidBefore, flags, position of the first record, records, bytes,
 *                                 relations, touches of others, and if it ended here its end
 *   relations       count, each:  tablespace, database, relation, touches, bytes
 *   end             position, end, s time, subtransactions
 *   subtransactions count, each a run:  s distance of its first id from the end of the run before, or from
 *                                 the xid, count
 *   flags           1 prepared here, 2 ended here, 4 committed, 8 was prepared
 * </pre>
 */
final class DetailsFormat {
    private static final int PREPARED = 1;
    private static final int ENDED = 2;
    private static final int COMMITTED = 4;
    private static final int WAS_PREPARED = 8;

    private final Lsn start;
    private final long xidBefore;
    private long time;

    /**
     * @param start     of the segment
     * @param xidBefore from its summary
     */
    DetailsFormat(Lsn start, long xidBefore) {
        this.start = start;
        this.xidBefore = xidBefore;
    }

    void write(SegmentDetails details, IndexOutput out) {
        out.unsigned(details.restorePoints().size());
        for (RestorePoint point : details.restorePoints()) {
            writeRecord(point.start(), point.end(), point.time(), out);
            out.text(point.name());
        }
        out.unsigned(details.restarts().size());
        for (Restart restart : details.restarts()) {
            writeRecord(restart.start(), restart.end(), restart.time(), out);
            out.unsigned(restart.kind().ordinal());
        }
        out.unsigned(details.transactions().size());
        for (TransactionPart part : details.transactions()) {
            writeTransaction(part, out);
        }
    }

    private void writeRecord(Lsn from, Lsn to, long at, IndexOutput out) {
        out.unsigned(from.minus(start));
        out.unsigned(to.minus(from));
        out.signed(at - time);
        time = at;
    }

    private void writeTransaction(TransactionPart part, IndexOutput out) {
        out.signed(part.xid() - xidBefore);
        out.unsigned((part.isPrepared() ? PREPARED : 0) | part.end().map(end -> ENDED
                | (end.isCommit() ? COMMITTED : 0) | (end.wasPrepared() ? WAS_PREPARED : 0)).orElse(0));
        out.unsigned(part.first().minus(start));
        out.unsigned(part.records());
        out.unsigned(part.bytes());
        out.unsigned(part.relations().size());
        for (RelationPart touched : part.relations()) {
            out.u32(touched.relation().tablespace());
            out.u32(touched.relation().database());
            out.u32(touched.relation().relation());
            out.unsigned(touched.touches());
            out.unsigned(touched.bytes());
        }
        out.unsigned(part.otherTouches());
        part.end().ifPresent(end -> writeEnd(part.xid(), end, out));
    }

    private void writeEnd(long xid, TransactionEnding end, IndexOutput out) {
        writeRecord(end.start(), end.end(), end.time(), out);
        out.unsigned(end.subtransactions().size());
        long reached = xid;
        for (XidRun run : end.subtransactions()) {
            out.signed(run.first() - reached);
            out.unsigned(run.count());
            reached = run.first() + run.count();
        }
    }

    SegmentDetails read(IndexInput in) {
        List<RestorePoint> points = list(in, () -> {
            Lsn at = position(in);
            return new RestorePoint(at, at.plus(in.unsigned()), time(in), in.text());
        });
        List<Restart> restarts = list(in, () -> {
            Lsn at = position(in);
            return new Restart(at, at.plus(in.unsigned()), time(in), in.unsigned() == 0
                    ? Restart.Kind.SHUTDOWN_CHECKPOINT : Restart.Kind.END_OF_RECOVERY);
        });
        List<TransactionPart> transactions = list(in, () -> readTransaction(in));
        in.finish();
        return new SegmentDetails(points, restarts, transactions);
    }

    private TransactionPart readTransaction(IndexInput in) {
        long xid = xidBefore + in.signed();
        int flags = (int) in.unsigned();
        Lsn first = position(in);
        long records = in.unsigned();
        long bytes = in.unsigned();
        List<RelationPart> relations = list(in, () -> new RelationPart(
                new RelFileLocator(in.u32(), in.u32(), in.u32()), in.unsigned(), in.unsigned()));
        long others = in.unsigned();
        return new TransactionPart(xid, first, records, bytes, (flags & PREPARED) != 0, relations, others,
                (flags & ENDED) == 0 ? Optional.empty() : Optional.of(readEnd(xid, flags, in)));
    }

    private TransactionEnding readEnd(long xid, int flags, IndexInput in) {
        Lsn at = position(in);
        Lsn end = at.plus(in.unsigned());
        long when = time(in);
        int count = in.count();
        List<XidRun> runs = new ArrayList<>(count);
        long reached = xid;
        for (int i = 0; i < count; i++) {
            XidRun run = new XidRun(reached + in.signed(), in.u32());
            runs.add(run);
            reached = run.first() + run.count();
        }
        return new TransactionEnding(at, end, when, (flags & COMMITTED) != 0, (flags & WAS_PREPARED) != 0, runs);
    }

    private static <T> List<T> list(IndexInput in, Supplier<T> element) {
        int count = in.count();
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(element.get());
        }
        return list;
    }

    private Lsn position(IndexInput in) {
        return start.plus(in.unsigned());
    }

    private long time(IndexInput in) {
        time += in.signed();
        return time;
    }
}
