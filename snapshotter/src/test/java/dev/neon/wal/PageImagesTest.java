package dev.neon.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import com.sun.management.ThreadMXBean;
import dev.neon.postgres.ImageCompression;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.UnsupportedWalException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records of one block with one image, and what they give; compute has a test with images of real servers. */
class PageImagesTest {
    private static final int ROUNDS = 20_000;
    private static final int HOLE = 120;
    private static final int HOLE_LENGTH = 3000;
    /** Of a block with an image without a hole. */
    private static final int HEADER = 25;

    /** A page of text with a hole in it. */
    private static byte[] page() {
        byte[] page = new byte[WalRecord.PAGE_SIZE];
        for (int i = 0; i < page.length; i++) {
            page[i] = i >= HOLE && i < HOLE + HOLE_LENGTH ? 0 : (byte) ("some words, ".charAt(i % 12) + i / 997);
        }
        return page;
    }

    private static byte[] withoutHole(byte[] page) {
        ByteBuffer rest = ByteBuffer.allocate(WalRecord.PAGE_SIZE - HOLE_LENGTH);
        return rest.put(page, 0, HOLE).put(page, HOLE + HOLE_LENGTH, rest.remaining()).array();
    }

    private static byte[] packed(ImageCompression compression, byte[] bytes) {
        return switch (compression) {
            case NONE -> bytes;
            case PGLZ -> pglz(bytes);
            case LZ4 -> LZ4Factory.safeInstance().fastCompressor().compress(bytes);
            case ZSTD -> Zstd.compress(bytes);
        };
    }

    /** As pglz packs them, with matches of a distance of 12 only. */
    private static byte[] pglz(byte[] bytes) {
        ByteBuffer packed = ByteBuffer.allocate(2 * bytes.length);
        int at = 0;
        while (at < bytes.length) {
            int control = packed.position();
            packed.put((byte) 0);
            for (int bit = 0; bit < 8 && at < bytes.length; bit++) {
                int repeats = repeats(bytes, at);
                if (repeats >= 3) {
                    packed.put(control, (byte) (packed.get(control) | 1 << bit));
                    packed.put((byte) (repeats - 3)).put((byte) 12);
                    at += repeats;
                } else {
                    packed.put(bytes[at++]);
                }
            }
        }
        return Arrays.copyOf(packed.array(), packed.position());
    }

    /** How many bytes, up to 17, are those of 12 before. */
    private static int repeats(byte[] bytes, int at) {
        int count = 0;
        while (at >= 12 && count < 17 && at + count < bytes.length && bytes[at + count] == bytes[at + count - 12]) {
            count++;
        }
        return count;
    }

    private static WalRecord record(PostgresMajor major, ImageCompression compression, byte[] image, boolean hole) {
        int method = switch (compression) {
            case NONE -> 0;
            case PGLZ -> major == PostgresMajor.V14 ? 0x02 : 0x04;
            case LZ4 -> 0x08;
            case ZSTD -> 0x10;
        };
        ByteBuffer body = ByteBuffer.allocate(64 + image.length).order(ByteOrder.LITTLE_ENDIAN);
        body.put((byte) 0).put((byte) 0x10).putShort((short) 0);
        body.putShort((short) image.length).putShort((short) (hole ? HOLE : 0));
        body.put((byte) (method | (hole ? 1 : 0) | (major == PostgresMajor.V14 ? 0x04 : 0x02)));
        if (hole && method != 0) {
            body.putShort((short) HOLE_LENGTH);
        }
        body.putInt(1663).putInt(5).putInt(16384).putInt(7).put(image);
        return CraftedRecord.read(major, 0, 0xB0, 0, Arrays.copyOf(body.array(), body.position()));
    }

    private static byte[] restored(WalRecord record) {
        try (PageImages images = new PageImages()) {
            return images.restore(record, 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyMethodGivesThePage(ImageCompression compression) {
        for (PostgresMajor major : PostgresMajor.values()) {
            if (major == PostgresMajor.V14 && compression.compareTo(ImageCompression.PGLZ) > 0) {
                continue;
            }
            byte[] page = page();
            assertArrayEquals(page, restored(record(major, compression, packed(compression, page), false)));
            assertArrayEquals(page, restored(record(major, compression, packed(compression, withoutHole(page)), true)));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void imagesOfAnotherSizeAreRefused(ImageCompression compression) {
        for (int size : new int[] {0, 1, 8191, 8193, 20_000}) {
            byte[] packed = packed(compression, Arrays.copyOf(page(), size));
            WalRecord record = record(PostgresMajor.V17, compression, packed, false);
            CorruptFileException damage = assertThrows(CorruptFileException.class, () -> restored(record),
                    () -> compression + " " + size);
            assertEquals(WalPageHeader.LONG + WalRecordHeader.BYTES + HEADER, damage.offset());
        }
    }

    @Test
    void whatHasNoImageGivesNone() {
        try (PageImages images = new PageImages()) {
            CraftedRecord none = CraftedRecord.main(PostgresMajor.V17, 0, 0x20, 0, "");
            assertThrows(UnsupportedWalException.class, () -> none.read(record -> images.restore(record, 0)));
        }
    }

    /** Whatever the bytes, nothing is written beyond the page, and no more memory taken than exceptions take. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void damagedImagesStayWithinThePage(ImageCompression compression) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] good = packed(compression, withoutHole(page()));
        int size = WalRecord.PAGE_SIZE - HOLE_LENGTH;
        byte[] target = new byte[WalRecord.PAGE_SIZE];
        Arrays.fill(target, size, target.length, (byte) 0x55);
        byte[] untouched = Arrays.copyOfRange(target, size, target.length);
        int refused = 0;
        try (PageImages images = new PageImages()) {
            images.unpack(compression, good, good.length, target, size);
            ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long taken = 0;
            for (int round = 0; round < ROUNDS; round++) {
                byte[] bad = damaged(good, random);
                long before = thread.getCurrentThreadAllocatedBytes();
                refused += images.unpack(compression, bad, bad.length, target, size) ? 0 : 1;
                taken += thread.getCurrentThreadAllocatedBytes() - before;
                assertArrayEquals(untouched, Arrays.copyOfRange(target, size, target.length), "seed " + seed);
            }
            assertTrue(taken / ROUNDS < WalRecord.PAGE_SIZE, "seed " + seed + ": " + taken + " bytes");
        }
        assertTrue(refused > ROUNDS / 10, "seed " + seed + ": " + refused);
    }

    private static byte[] damaged(byte[] good, Random random) {
        byte[] bad = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
        for (int i = random.nextInt(4); i >= 0 && bad.length > 0; i--) {
            int within = random.nextBoolean() ? Math.min(bad.length, 16) : bad.length;
            bad[random.nextInt(within)] = (byte) random.nextInt();
        }
        return bad;
    }
}
