package dev.neon.wal;

import static dev.neon.wal.WalPageHeader.PAGE_SIZE;

import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Single records in any order, of which a {@link WalReader} has told the starts: it has checked them, and so their
 * checksums are not taken again. Used by one thread.
 */
public final class RecordLookup {
    private final SharedSegments segments;
    private final int segmentSize;
    private final WalRecord record;
    private ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    private WalSegment segment;
    private ByteBuffer mapped;

    private RecordLookup(SharedSegments segments, WalSegment first) {
        this.segments = segments;
        this.segmentSize = segments.source().segmentSize();
        this.record = new WalRecord(segments.source().major(), this::damaged);
        this.segment = first;
        this.mapped = first.bytes();
    }

    /**
     * @param near any LSN of the records that will be asked for
     * @throws dev.neon.repo.error.NotFoundException if there is no WAL
     */
    public static RecordLookup of(SharedSegments segments, Lsn near) {
        return new RecordLookup(segments,
                segments.segment(Long.divideUnsigned(near.value(), segments.source().segmentSize())));
    }

    /**
     * The record taken apart; a view that is valid until the next call, always the same object.
     *
     * @param start as {@link WalReader#startLsn} told it
     * @throws CorruptFileException                  if what is there now is not a record
     * @throws dev.neon.repo.error.NotFoundException if its segment is gone
     */
    public WalRecord at(long start) {
        go(start);
        require(start + Integer.BYTES, start);
        int total = mapped.getInt(offset(start));
        if (total < WalRecordHeader.BYTES || total > WalRecordHeader.LONGEST) {
            throw changed(start, start, "a record", total + " bytes");
        }
        if (total > bytes.capacity()) {
            bytes = ByteBuffer.allocate(Math.max(total, 2 * bytes.capacity())).order(ByteOrder.LITTLE_ENDIAN);
        }
        long dataEnd = gather(start, total);
        boolean isSwitch = WalRecordHeader.isSwitch(LittleEndian.u8(bytes.array(), WalRecordHeader.RMID),
                LittleEndian.u8(bytes.array(), WalRecordHeader.INFO));
        long end = isSwitch ? dataEnd + segmentSize - 1 & -(long) segmentSize : WalRecordHeader.align(dataEnd);
        if (!record.parse(bytes, 0, total, start, end)) {
            RecordHeaders headers = record.headers();
            throw damaged(headers.failedAt(), headers.expected(), headers.found());
        }
        return record;
    }

    /** Copies the record's bytes, and returns the position after the last. */
    private long gather(long start, int total) {
        int got = 0;
        long at = start;
        while (true) {
            int part = (int) Math.min(total - got, PAGE_SIZE - (at & PAGE_SIZE - 1));
            require(at + part, start);
            mapped.get(offset(at), bytes.array(), got, part);
            got += part;
            at += part;
            if (got == total) {
                return at;
            }
            go(at);
            int header = WalPageHeader.lengthAt(at, segmentSize);
            require(at + header, start);
            int left = mapped.getInt(offset(at) + WalPageHeader.REMAINING_LENGTH);
            if (left != total - got) {
                throw changed(start, at + WalPageHeader.REMAINING_LENGTH, total - got + " remaining bytes",
                        Integer.toUnsignedString(left));
            }
            at += header;
        }
    }

    private int offset(long lsn) {
        return (int) (lsn & segmentSize - 1);
    }

    private void go(long lsn) {
        if (lsn - segment.start() < 0 || lsn - segment.start() >= segmentSize) {
            segment = segments.segment(Long.divideUnsigned(lsn, segmentSize));
            mapped = segment.bytes();
        }
    }

    /** @param to in the segment, exclusive */
    private void require(long to, long start) {
        if (to > segment.visibleEnd()) {
            throw changed(start, segment.visibleEnd(), "the rest of the record", "the end of the file");
        }
    }

    private CorruptFileException damaged(int field, String expected, String found) {
        return changed(record.startLsn(), WalPageHeader.advance(record.startLsn(), field, segmentSize), expected, found);
    }

    private CorruptFileException changed(long start, long at, String expected, String found) {
        return new CorruptFileException(segment.path(), offset(at), expected, found,
                "The record at " + new Lsn(start) + " was there before; something has written over it.");
    }
}
