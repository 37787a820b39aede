package dev.neon.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.walindex.IndexPart;
import dev.neon.repo.walindex.IndexPartHeader;
import dev.neon.repo.walindex.SegmentSummary;
import dev.neon.repo.walindex.WalIndexFiles;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import dev.neon.walindex.SegmentTally.Keep;
import dev.neon.walindex.SegmentTally.Tallied;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/**
 * The index of the complete segments that one timeline gives to a history: what is on disk, checked against the WAL and
 * made longer. What cannot be written is kept in memory.
 */
final class SpanIndex {
    private final WalIndexFiles files;
    private final WalSource source;
    private final Lsn from;
    private final Lsn to;
    private final List<LazyPart> parts = new ArrayList<>();

    /**
     * @param source the WAL of the whole history
     * @param from   where the span's first segment begins
     * @param to     where its last complete segment ends
     */
    SpanIndex(WalIndexFiles files, WalSource source, Lsn from, Lsn to) {
        this.files = files;
        this.source = source;
        this.from = from;
        this.to = to;
    }

    /** The parts, oldest first. */
    List<LazyPart> parts() {
        return parts;
    }

    /** LSN up to which the index goes, at most the end of the span. */
    Lsn covered() {
        return parts.isEmpty() ? from : parts.getLast().end();
    }

    /** The bytes of WAL that {@link #extend} will read. */
    long missingBytes() {
        return to.minus(covered());
    }

    /** The highest transaction id at the end; empty without segments. */
    OptionalLong highestXid() {
        return parts.isEmpty() ? OptionalLong.empty() : OptionalLong.of(parts.getLast().last().xidAfter());
    }

    /** Takes what is on disk, as far as it has no gap and is of this WAL. */
    void load() {
        Lsn covered = from;
        for (IndexPartHeader header : files.headers()) {
            if (!header.start().isAfter(covered) && header.end().isAfter(covered) && header.start().isBefore(to)) {
                parts.add(new LazyPart(header, from, to, () -> read(header)));
                covered = header.end();
            }
        }
        while (!parts.isEmpty() && !isOfThisWal(parts.getLast())) {
            parts.removeLast();
        }
    }

    /** A part whose header was whole but whose rest is not is made anew, as all else is known that this needs. */
    private IndexPart read(IndexPartHeader header) {
        return files.read(header.start()).filter(part -> part.summaries().getFirst().start().equals(header.start())
                && part.summaries().size() >= header.segments()).orElseGet(() -> rebuild(header));
    }

    private IndexPart rebuild(IndexPartHeader header) {
        IndexPart part = emptyPart(header.xidBefore());
        try (SegmentWalk walk = walk(header.start(), Lsn.min(to, header.end()), header.xidBefore())) {
            for (Optional<Tallied> found = walk.next(); found.isPresent(); found = walk.next()) {
                part.add(found.get().summary(), found.get().details());
            }
        }
        write(part);
        return part;
    }

    /**
     * Whether the last record that a part knows is in the WAL, with the same checksum. Each record links to the one
     * before, so all before it are the same, too.
     */
    private boolean isOfThisWal(LazyPart part) {
        Optional<SegmentSummary> last = part.segments().reversed().stream().map(IndexedSegment::summary)
                .filter(SegmentSummary::hasRecords).findFirst();
        if (last.isEmpty()) {
            return true;
        }
        Lsn record = last.get().lastRecord();
        try (WalReader reader = WalReader.from(source, record)) {
            return reader.next() && reader.start().equals(record) && reader.crc() == last.get().lastCrc();
        }
    }

    /**
     * Indexes the segments that are missing.
     *
     * @param highestXid known before the span; empty if nothing is known and the WAL itself has to tell
     * @param read       is told the bytes of WAL as they are read
     * @throws dev.neon.repo.error.CorruptFileException if the WAL is damaged; what comes before is indexed
     */
    void extend(OptionalLong highestXid, LongConsumer read) {
        if (!covered().isBefore(to)) {
            return;
        }
        takeWhatWasAddedSince();
        Lsn begin = covered();
        long highest = highestXid().orElseGet(() -> highestXid.orElseGet(() -> FirstXid.before(source, begin)));
        IndexPart part = parts.isEmpty() || parts.getLast().part().isFull() ? emptyPart(highest)
                : parts.removeLast().part().copy();
        try (SegmentWalk walk = walk(begin, to, highest)) {
            for (Optional<Tallied> found = walk.next(); found.isPresent(); found = walk.next()) {
                part.add(found.get().summary(), found.get().details());
                read.accept(source.segmentSize());
                if (part.isFull()) {
                    keep(part);
                    part = emptyPart(found.get().summary().xidAfter());
                }
            }
        } finally {
            if (!part.summaries().isEmpty()) {
                keep(part);
            }
        }
    }

    /** Another command may have made the last part longer between our looks at its header and at the rest. */
    private void takeWhatWasAddedSince() {
        if (!parts.isEmpty()) {
            IndexPart part = parts.removeLast().part();
            parts.add(new LazyPart(part.header(), from, to, () -> part));
        }
    }

    private SegmentWalk walk(Lsn begin, Lsn end, long highestXid) {
        return SegmentWalk.from(source, begin, end,
                new SegmentTally(highestXid, Keep.WHAT_OTHERS_NEED));
    }

    private IndexPart emptyPart(long highestXid) {
        return new IndexPart(source.identity().systemIdentifier(), source.segmentSize(), highestXid);
    }

    private void keep(IndexPart part) {
        parts.add(new LazyPart(part.header(), from, to, () -> part));
        write(part);
    }

    private void write(IndexPart part) {
        try {
            files.write(part);
        } catch (StorageFailedException unwritable) {
            // A repository that may not be written, or a full disk, is no reason not to answer.
        }
    }
}
