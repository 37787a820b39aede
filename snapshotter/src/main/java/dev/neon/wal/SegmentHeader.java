package dev.neon.wal;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the first page of a segment tells of its cluster ({@code REL_17 xlog_internal.h XLogLongPageHeaderData}).
 *
 * @param magic            the first two bytes: {@code 0xd110}
 * @param major            the release that writes it; empty if neon does not read that
 * @param systemIdentifier unsigned
 * @param segmentSize      bytes
 */
public record SegmentHeader(String magic, Optional<PostgresMajor> major, long systemIdentifier, int segmentSize) {
    private static final int SMALLEST = 1 << 20;
    private static final int LARGEST = 1 << 30;

    /**
     * Reads the first bytes of a segment's file.
     *
     * @throws CorruptFileException   if it is too short, or names a size that no segment has
     * @throws StorageFailedException if it cannot be read
     */
    public static SegmentHeader read(Path segment) {
        ByteBuffer bytes = ByteBuffer.wrap(firstBytes(segment)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.limit() < WalPageHeader.LONG) {
            throw corrupt(segment, 0, "a page header of " + WalPageHeader.LONG + " bytes", bytes.limit() + " bytes");
        }
        int magic = Short.toUnsignedInt(bytes.getShort(0));
        int size = bytes.getInt(WalPageHeader.SEGMENT_SIZE);
        Optional<PostgresMajor> major = PostgresMajor.ofPageMagic(magic);
        if (major.isPresent() && (size < SMALLEST || size > LARGEST || Integer.bitCount(size) != 1)) {
            throw corrupt(segment, WalPageHeader.SEGMENT_SIZE, "a segment size from 1 MB to 1 GB, a power of two",
                    Integer.toUnsignedString(size));
        }
        return new SegmentHeader(WalPages.hex(magic), major, bytes.getLong(WalPageHeader.SYSTEM_IDENTIFIER), size);
    }

    private static byte[] firstBytes(Path segment) {
        try (InputStream in = Files.newInputStream(segment)) {
            return in.readNBytes(WalPageHeader.LONG);
        } catch (IOException e) {
            throw new StorageFailedException("read", segment, e);
        }
    }

    private static CorruptFileException corrupt(Path segment, long offset, String expected, String found) {
        return new CorruptFileException(segment, offset, expected, found,
                "Name another segment of the cluster, or put the file back from a copy.");
    }
}
