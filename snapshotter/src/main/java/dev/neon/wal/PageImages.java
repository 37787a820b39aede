package dev.neon.wal;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.neon.postgres.ImageCompression;
import java.util.Arrays;
import java.util.Locale;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.jspecify.annotations.Nullable;

/**
 * Restores pages from their images in records: decompressed, and with the hole of zeros in its place ({@code REL_17
 * xlogreader.c RestoreBlockImage}). Whatever an image says, it never becomes more than a page. Used by one thread at a
 * time; to be closed.
 */
public final class PageImages implements AutoCloseable {
    private final byte[] image = new byte[WalRecord.PAGE_SIZE];
    private final byte[] packed = new byte[WalRecord.PAGE_SIZE];
    private @Nullable ZstdDecompressCtx zstd;

    /**
     * The page as the record's operation left it, but for the LSN in it, which redo sets.
     *
     * @return a new array of {@link WalRecord#PAGE_SIZE} bytes
     * @throws dev.neon.repo.error.UnsupportedWalException if the record has no such image
     * @throws dev.neon.repo.error.CorruptFileException    if it does not give a page
     */
    public byte[] restore(WalRecord record, int id) {
        byte[] page = new byte[WalRecord.PAGE_SIZE];
        restore(record, id, page);
        return page;
    }

    /**
     * As the other, into a page that is there.
     *
     * @param page of {@link WalRecord#PAGE_SIZE} bytes, all of which are written
     * @throws dev.neon.repo.error.UnsupportedWalException if the record has no such image
     * @throws dev.neon.repo.error.CorruptFileException    if it does not give a page
     */
    public void restore(WalRecord record, int id, byte[] page) {
        if (!record.hasImage(id)) {
            throw record.unsupported("it has no image of block " + id);
        }
        int hole = record.holeOffset(id);
        int length = record.holeLength(id);
        int size = WalRecord.PAGE_SIZE - length;
        unpack(record, id, size);
        System.arraycopy(image, 0, page, 0, hole);
        Arrays.fill(page, hole, hole + length, (byte) 0);
        System.arraycopy(image, hole, page, hole + length, size - hole);
    }

    private void unpack(WalRecord record, int id, int size) {
        RecordCursor bytes = record.imageBytes(id);
        int length = bytes.remaining();
        ImageCompression compression = record.imageCompression(id);
        bytes.buffer().get(packed, 0, length);
        if (!unpack(compression, packed, length, image, size)) {
            throw record.damagedImage(id, size + " bytes from the " + compression.name().toLowerCase(Locale.ROOT)
                    + " image of block " + id);
        }
    }

    /**
     * Decompresses the first {@code length} bytes of {@code source} to the first {@code size} of {@code target}, and
     * writes nothing beyond.
     *
     * @return whether it is just as many bytes
     */
    boolean unpack(ImageCompression compression, byte[] source, int length, byte[] target, int size) {
        return switch (compression) {
            case NONE -> {
                System.arraycopy(source, 0, target, 0, Math.min(length, size));
                yield length == size;
            }
            case PGLZ -> Pglz.decompress(source, length, target, size);
            case LZ4 -> lz4(source, length, target, size);
            case ZSTD -> zstd(source, length, target, size);
        };
    }

    private static boolean lz4(byte[] source, int length, byte[] target, int size) {
        try {
            return Lz4.DECOMPRESSOR.decompress(source, 0, length, target, 0, size) == size;
        } catch (LZ4Exception e) {
            return false;
        }
    }

    private boolean zstd(byte[] source, int length, byte[] target, int size) {
        ZstdDecompressCtx context = zstd;
        if (context == null) {
            context = new ZstdDecompressCtx();
            zstd = context;
        }
        try {
            return context.decompressByteArray(target, 0, size, source, 0, length) == size;
        } catch (ZstdException e) {
            return false;
        }
    }

    @Override
    public void close() {
        if (zstd != null) {
            zstd.close();
        }
    }

    /** Loaded when first asked for: most WAL needs none. Pure Java that checks every access, no native code. */
    private static final class Lz4 {
        static final LZ4SafeDecompressor DECOMPRESSOR = LZ4Factory.safeInstance().safeDecompressor();
    }
}
