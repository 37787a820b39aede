package dev.neon.wal;

import static dev.neon.wal.WalPageHeader.PAGE_SIZE;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.FileSteps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Writes a record at the end of a timeline's WAL, as a server would that starts there ({@code REL_17 xlog.c
 * XLogInsertRecord}, {@code AdvanceXLInsertBuffer}). Its segments are full-sized and zero after it.
 */
public final class WalAppend {
    /** {@code XLR_BLOCK_ID_DATA_SHORT}: before the main data, and one byte for its length. */
    private static final byte MAIN_DATA = (byte) 0xFF;
    private static final int MAIN_DATA_HEADER = 2;
    private static final int CHUNK = 1 << 20;

    private final FileSteps files;
    private final WalSource source;
    private final Path directory;

    /**
     * @param source    the WAL before
     * @param directory the timeline's own {@code wal} directory, which exists
     */
    public WalAppend(FileSteps files, WalSource source, Path directory) {
        this.files = files;
        this.source = source;
        this.directory = directory;
    }

    /** Where a record starts that follows a boundary: after the page's header if a page begins there. */
    public static Lsn start(Lsn boundary, int segmentSize) {
        long lsn = boundary.value();
        return lsn % PAGE_SIZE == 0 ? boundary.plus(WalPageHeader.lengthAt(lsn, segmentSize)) : boundary;
    }

    /** The position after a record of main data. */
    public static Lsn end(Lsn start, int mainLength, int segmentSize) {
        long after = WalPageHeader.advance(start.value(), WalRecordHeader.align(length(mainLength)), segmentSize);
        return new Lsn(WalPageHeader.boundary(after, segmentSize));
    }

    private static int length(int mainLength) {
        return WalRecordHeader.BYTES + MAIN_DATA_HEADER + mainLength;
    }

    /**
     * A record of main data and no transaction.
     *
     * @param previous the start of the record before
     * @param main     at most 255 bytes
     */
    public static byte[] record(int rmid, int info, Lsn previous, byte[] main) {
        int length = length(main.length);
        ByteBuffer record = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        record.putInt(length).putInt(0).putLong(previous.value()).put((byte) info).put((byte) rmid);
        record.position(WalRecordHeader.BYTES).put(MAIN_DATA).put((byte) main.length).put(main);
        CRC32C crc = new CRC32C();
        crc.update(record.array(), WalRecordHeader.BYTES, length - WalRecordHeader.BYTES);
        crc.update(record.array(), 0, WalRecordHeader.CHECKED);
        return record.putInt(WalRecordHeader.CRC, (int) crc.getValue()).array();
    }

    /**
     * Writes a record, durably. A crash on the way leaves the WAL as it was, or with the record. What stands at its place
     * is no WAL and is overwritten. No server runs on the timeline. Ancestors' files are never touched.
     *
     * @param boundary the end of the WAL before
     * @throws dev.neon.repo.error.NotFoundException if the WAL before does not reach there
     * @throws StorageFailedException                if a file cannot be read or written
     */
    public void write(Lsn boundary, byte[] record) {
        int segmentSize = source.segmentSize();
        long at = boundary.value();
        int done = 0;
        while (done < record.length) {
            long segment = at & -(long) segmentSize;
            int room = (int) (segment + segmentSize - at);
            ByteBuffer part = ByteBuffer.allocate(Math.min(room, partLength(record.length - done)))
                    .order(ByteOrder.LITTLE_ENDIAN);
            done += fill(part, at, record, done);
            writePart(SegmentName.containing(new Lsn(at), source.identity().walTimeline(), segmentSize), at, part);
            at = segment + segmentSize;
        }
    }

    /** Bytes of WAL that surely hold so many of a record. */
    private static int partLength(int recordBytes) {
        return recordBytes + (recordBytes / (PAGE_SIZE - WalPageHeader.LONG) + 2) * WalPageHeader.LONG;
    }

    /** Lays bytes of the record out, with headers where pages begin; the buffer ends with the last of them. */
    private int fill(ByteBuffer part, long from, byte[] record, int done) {
        int placed = done;
        while (part.hasRemaining() && placed < record.length) {
            long at = from + part.position();
            if (at % PAGE_SIZE == 0) {
                putHeader(part, at, placed == 0 ? 0 : record.length - placed);
                continue;
            }
            int count = Math.min(Math.min(record.length - placed, part.remaining()), (int) (PAGE_SIZE - at % PAGE_SIZE));
            part.put(record, placed, count);
            placed += count;
        }
        part.flip();
        return placed - done;
    }

    /** @param remaining bytes of the record that began on an earlier page; 0 if none did */
    private void putHeader(ByteBuffer part, long lsn, int remaining) {
        ClusterIdentity identity = source.identity();
        boolean isLong = WalPageHeader.lengthAt(lsn, identity.segmentSize()) == WalPageHeader.LONG;
        int info = (isLong ? WalPageHeader.LONG_HEADER : 0) | (remaining > 0 ? WalPageHeader.FIRST_IS_CONTRECORD : 0);
        part.putShort((short) source.major().pageMagic()).putShort((short) info).putInt(identity.walTimeline());
        part.putLong(lsn).putInt(remaining).putInt(0);
        if (isLong) {
            part.putLong(identity.systemIdentifier()).putInt(identity.segmentSize()).putInt(PAGE_SIZE);
        }
    }

    private void writePart(SegmentName name, long at, ByteBuffer part) {
        Path file = directory.resolve(name.toString());
        int offset = (int) (at - name.start().value());
        try {
            if (!isOwn(file) && offset > 0) {
                new WalCut(files).write(source, new Lsn(at), directory);
            }
            if (isOwn(file)) {
                overwrite(file, offset, part);
            } else {
                create(file, part, name.segmentSize());
            }
        } catch (IOException e) {
            throw new StorageFailedException("write", file, e);
        }
    }

    private static boolean isOwn(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    private void create(Path file, ByteBuffer part, int segmentSize) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        if (Files.exists(temporary, LinkOption.NOFOLLOW_LINKS)) {
            files.delete(temporary);
        }
        files.create(temporary, bytes(part));
        files.setLength(temporary, segmentSize);
        files.sync(temporary);
        files.rename(temporary, file);
        files.sync(file.toAbsolutePath().getParent());
    }

    /** Zeros first, so that what stood there is never taken for what follows the record. */
    private void overwrite(Path file, int offset, ByteBuffer part) throws IOException {
        int segmentSize = source.segmentSize();
        if (Files.size(file) != segmentSize) {
            files.setLength(file, segmentSize);
        }
        clear(file, offset, segmentSize);
        files.overwrite(file, offset, bytes(part));
        files.sync(file);
    }

    private void clear(Path file, int from, int segmentSize) throws IOException {
        boolean cleared = false;
        try (WalSegment segment = WalSegment.open(file, 0, Long.MAX_VALUE, segmentSize)) {
            for (int at = from; at < segmentSize; at += CHUNK) {
                int length = Math.min(CHUNK, segmentSize - at);
                if (segment.bytes().slice(at, length).mismatch(ByteBuffer.allocate(length)) >= 0) {
                    files.overwrite(file, at, new byte[length]);
                    cleared = true;
                }
            }
        }
        if (cleared) {
            files.sync(file);
        }
    }

    private static byte[] bytes(ByteBuffer part) {
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        return bytes;
    }
}
