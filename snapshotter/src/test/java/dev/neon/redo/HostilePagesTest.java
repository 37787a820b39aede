package dev.neon.redo;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.wal.GoldenWal;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Real records of nearly every type, done to pages that are not theirs: they are changed, or refused as unfit. */
class HostilePagesTest {
    private static final int[] SPECIAL_SIZES = {0, 8, 8, 16, 16};

    private int changed;
    private int refused;

    @Property(tries = 25)
    void recordsMeetStrangePages(@ForAll PostgresMajor major, @ForAll long seed) {
        Random random = new Random(seed);
        try (WalReader reader = WalReader.from(GoldenWal.of(major).source(), GoldenWal.first());
                PageRedo redo = new PageRedo(major)) {
            while (reader.next()) {
                WalRecord record = reader.record();
                for (int id = 0; id < record.blockCount(); id++) {
                    if (record.hasBlock(id) && !record.isImageApplied(id)) {
                        meet(redo, record, id, random);
                    }
                }
            }
        }
        assertTrue(changed > 100 && refused > 100, () -> changed + " were changed, " + refused + " refused");
    }

    private void meet(PageRedo redo, WalRecord record, int id, Random random) {
        for (int i = 0; i < 20; i++) {
            Page page = page(random);
            page.setLsn(0);
            try {
                redo.redo(record, id, page);
                changed++;
            } catch (PageFormatException | IndexOutOfBoundsException | UnsupportedWalException unfit) {
                refused++;
            } catch (RuntimeException other) {
                throw new AssertionError("block " + id + " of a record of manager " + record.rmid() + ", operation "
                        + Integer.toHexString(record.operation()), other);
            }
        }
    }

    /** Any bytes, or items of any bytes, of which a few are then changed. */
    private static Page page(Random random) {
        Page page = Page.zero();
        if (random.nextInt(10) == 0) {
            random.nextBytes(page.bytes());
            return page;
        }
        page.init(SPECIAL_SIZES[random.nextInt(SPECIAL_SIZES.length)]);
        for (int at = page.special(); at < Page.SIZE; at++) {
            page.put8(at, 1 << random.nextInt(8) & random.nextInt(256));
        }
        for (int left = random.nextInt(20); left > 0; left--) {
            page.appendItem(item(random));
        }
        for (int left = random.nextInt(12); left > 0; left--) {
            page.put8(random.nextInt(random.nextBoolean() ? 200 : Page.SIZE), random.nextInt(256));
        }
        return page;
    }

    /** An index tuple of the size that it says, or any bytes. */
    private static byte[] item(Random random) {
        byte[] item = new byte[8 * (1 + random.nextInt(20))];
        random.nextBytes(item);
        if (random.nextBoolean()) {
            item[0] = 0;
            item[1] = 0;
            item[6] = (byte) item.length;
            item[7] &= (byte) 0xE0;
        }
        return item;
    }
}
