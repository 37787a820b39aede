package dev.neon.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.walindex.IndexPart;
import dev.neon.repo.walindex.IndexPartHeader;
import dev.neon.repo.walindex.SegmentSummary;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The segments that a part of the index gives to a history. Only the header is read until more is asked for. */
final class LazyPart {
    private final IndexPartHeader header;
    private final int first;
    private final int count;
    private final Supplier<IndexPart> content;
    private Optional<IndexPart> part = Optional.empty();

    /**
     * @param from    where the history's first segment begins, if that is in this part
     * @param to      where its last segment ends, if that is in this part
     * @param content has the segments of the header up to {@code to}, and perhaps more
     */
    LazyPart(IndexPartHeader header, Lsn from, Lsn to, Supplier<IndexPart> content) {
        this.header = header;
        this.first = (int) Math.max(0, from.minus(header.start()) / header.segmentSize());
        this.count = (int) Math.min(header.segments(),
                Math.ceilDiv(to.minus(header.start()), header.segmentSize())) - first;
        this.content = content;
    }

    /** Speaks of all segments of the part, those outside of the history included. */
    IndexPartHeader header() {
        return header;
    }

    IndexPart part() {
        if (part.isEmpty()) {
            part = Optional.of(content.get());
        }
        return part.get();
    }

    /** Where the last segment ends. */
    Lsn end() {
        return header.start().plus((long) (first + count) * header.segmentSize());
    }

    /** The segments, oldest first. */
    List<IndexedSegment> segments() {
        return new AbstractList<>() {
            @Override
            public IndexedSegment get(int index) {
                return new IndexedSegment(part().summaries().get(first + index), () -> part().details(first + index));
            }

            @Override
            public int size() {
                return count;
            }
        };
    }

    SegmentSummary last() {
        return part().summaries().get(first + count - 1);
    }
}
