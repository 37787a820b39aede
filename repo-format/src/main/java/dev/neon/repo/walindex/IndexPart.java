package dev.neon.repo.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One file of a WAL index: the summaries of consecutive segments. Little-endian: {@link IndexPartHeader}, a row for
 * each segment, then the details of each segment.
 * <pre>
 * row, 76 bytes
 *  0  u32 firstOffset    32  s64 firstTime
 *  4  u32 lastOffset     40  s64 lastTime
 *  8  u32 lastCrc        48  s64 earliest
 * 12  u32 records        56  s64 latest
 * 16  u64 bytes          64  u64 xidAfter    xidBefore is that of the row before, or the header's
 * 24  u32 commits        72  u32 details     length in bytes
 * 28  u32 aborts
 * details, one segment's after the other's: see DetailsFormat
 * </pre>
 * A part is never changed: when further segments are complete it is replaced by a longer one.
 */
public final class IndexPart {
    /** The most segments in a part. Which part a segment is in depends on its number alone. */
    public static final int SEGMENTS = 256;

    static final String HINT = "It holds nothing that is not in the WAL and is made anew when it is removed.";
    static final int ROW = 76;

    private final long systemIdentifier;
    private final int segmentSize;
    private final long xidBefore;
    private final List<SegmentSummary> summaries;
    private final List<byte[]> details;
    private int restorePoints;

    /**
     * A part without segments.
     *
     * @param xidBefore the highest transaction id seen before its first segment
     */
    public IndexPart(long systemIdentifier, int segmentSize, long xidBefore) {
        this(systemIdentifier, segmentSize, xidBefore, List.of(), List.of(), 0);
    }

    private IndexPart(long systemIdentifier, int segmentSize, long xidBefore, List<SegmentSummary> summaries,
            List<byte[]> details, int restorePoints) {
        this.systemIdentifier = systemIdentifier;
        this.segmentSize = segmentSize;
        this.xidBefore = xidBefore;
        this.summaries = new ArrayList<>(summaries);
        this.details = new ArrayList<>(details);
        this.restorePoints = restorePoints;
    }

    /** A copy that can be made longer. */
    public IndexPart copy() {
        return new IndexPart(systemIdentifier, segmentSize, xidBefore, summaries, details, restorePoints);
    }

    /** The segments in their order, without a gap; not to be changed. */
    public List<SegmentSummary> summaries() {
        return summaries;
    }

    /**
     * What is in a segment one by one.
     *
     * @param index in {@link #summaries}
     */
    public SegmentDetails details(int index) {
        SegmentSummary summary = summaries.get(index);
        return new DetailsFormat(summary.start(), summary.xidBefore())
                .read(new IndexInput(Path.of(summary.start().toFileName()), ByteBuffer.wrap(details.get(index))));
    }

    /** Adds the segment after the last one. */
    public void add(SegmentSummary summary, SegmentDetails found) {
        boolean follows = summaries.isEmpty()
                || summary.start().minus(summaries.getLast().start()) == segmentSize;
        if (!follows || summaries.size() == SEGMENTS) {
            throw new IllegalArgumentException(summary.start() + " does not follow");
        }
        IndexOutput out = new IndexOutput();
        new DetailsFormat(summary.start(), summary.xidBefore()).write(found, out);
        summaries.add(summary);
        details.add(out.toByteArray());
        restorePoints += found.restorePoints().size();
    }

    /** Whether all segments are there that belong into it. */
    public boolean isFull() {
        return !summaries.isEmpty()
                && (Long.divideUnsigned(summaries.getLast().start().value(), segmentSize) + 1) % SEGMENTS == 0;
    }

    /** What the file begins with. */
    public IndexPartHeader header() {
        long earliest = Long.MAX_VALUE;
        long latest = Long.MIN_VALUE;
        long ends = 0;
        for (SegmentSummary summary : summaries) {
            if (summary.hasEnds()) {
                earliest = Math.min(earliest, summary.earliest());
                latest = Math.max(latest, summary.latest());
                ends += (long) summary.commits() + summary.aborts();
            }
        }
        return new IndexPartHeader(summaries.getFirst().start(), summaries.size(), systemIdentifier, segmentSize,
                restorePoints, xidBefore, summaries.getLast().xidAfter(), earliest, latest, ends);
    }

    /** The file's bytes. */
    byte[] toBytes() {
        int length = details.stream().mapToInt(bytes -> bytes.length).sum() + ROW * summaries.size();
        ByteBuffer file = ByteBuffer.allocate(IndexPartHeader.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        file.position(IndexPartHeader.BYTES);
        for (int i = 0; i < summaries.size(); i++) {
            writeRow(summaries.get(i), details.get(i).length, file);
        }
        details.forEach(file::put);
        header().write(file, length, crc(file));
        return file.array();
    }

    private static void writeRow(SegmentSummary row, int detailsLength, ByteBuffer file) {
        file.putInt(row.firstOffset()).putInt(row.lastOffset()).putInt(row.lastCrc()).putInt(row.records())
                .putLong(row.bytes()).putInt(row.commits()).putInt(row.aborts())
                .putLong(row.firstTime()).putLong(row.lastTime()).putLong(row.earliest()).putLong(row.latest())
                .putLong(row.xidAfter()).putInt(detailsLength);
    }

    private static int crc(ByteBuffer file) {
        CRC32C crc = new CRC32C();
        crc.update(file.array(), IndexPartHeader.BYTES, file.capacity() - IndexPartHeader.BYTES);
        return (int) crc.getValue();
    }

    /**
     * Reads a part.
     *
     * @throws CorruptFileException if these are not the bytes of a part of a version that is known
     */
    static IndexPart parse(Path path, byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        IndexPartHeader header = IndexPartHeader.read(path, file);
        IndexPartHeader.require(path, IndexPartHeader.BODY_LENGTH, IndexPartHeader.bodyLength(file),
                file.capacity() - IndexPartHeader.BYTES);
        IndexPartHeader.require(path, IndexPartHeader.BODY_CRC, IndexPartHeader.bodyCrc(file), crc(file));
        if (ROW * header.segments() > file.capacity() - IndexPartHeader.BYTES) {
            throw new CorruptFileException(path, IndexPartHeader.SEGMENTS, "as many rows as the file has",
                    header.segments() + " segments", HINT);
        }
        List<SegmentSummary> summaries = new ArrayList<>(header.segments());
        List<byte[]> details = new ArrayList<>(header.segments());
        int at = IndexPartHeader.BYTES + ROW * header.segments();
        long xid = header.xidBefore();
        for (int i = 0; i < header.segments(); i++) {
            file.position(IndexPartHeader.BYTES + ROW * i);
            SegmentSummary row = readRow(file, header.start().plus((long) i * header.segmentSize()), xid);
            summaries.add(row);
            int length = file.getInt();
            if (length < 0 || length > file.capacity() - at) {
                throw new CorruptFileException(path, file.position() - Integer.BYTES, "a length within the file",
                        Integer.toUnsignedString(length), HINT);
            }
            byte[] own = new byte[length];
            file.get(at, own);
            details.add(own);
            at += own.length;
            xid = row.xidAfter();
        }
        return new IndexPart(header.systemIdentifier(), header.segmentSize(), header.xidBefore(), summaries, details,
                header.restorePoints());
    }

    private static SegmentSummary readRow(ByteBuffer row, Lsn start, long xidBefore) {
        return new SegmentSummary(start, row.getInt(), row.getInt(), row.getInt(), row.getInt(), row.getLong(),
                row.getInt(), row.getInt(), row.getLong(), row.getLong(), row.getLong(), row.getLong(), xidBefore,
                row.getLong());
    }
}
