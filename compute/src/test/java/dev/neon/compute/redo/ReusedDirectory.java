package dev.neon.compute.redo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.page.Page;
import dev.neon.postgres.ForkNumber;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** An older data directory that another is made of, and what must have become of its pages. */
final class ReusedDirectory {
    /** pd_flags, of which {@code PD_HAS_FREE_LINES} is a hint. */
    private static final int FLAGS = 10;
    private static final int HAS_FREE_LINES = 1;

    private final Path plain;
    private final Path older;
    private final Map<String, byte[]> hinted = new HashMap<>();

    /** @param plain of the same point as the older one, as neon makes it */
    ReusedDirectory(Path plain, Path older) {
        this.plain = plain;
        this.older = older;
    }

    /** Changes what a server may change on a page of a table without telling WAL, on most of them. */
    void addHints(Random random) {
        RelationForks.of(older).forEach((name, fork) -> {
            for (int block = 0; fork == ForkNumber.MAIN.ordinal() && block < ForkPages.blocks(older.resolve(name)); block++) {
                Page page = ForkPages.read(older.resolve(name), block);
                if (!page.isNew() && page.special() == Page.SIZE && random.nextInt(4) > 0) {
                    page.bytes()[FLAGS] ^= HAS_FREE_LINES;
                    write(older.resolve(name), block, page.bytes());
                    hinted.put(name + ":" + block, page.bytes());
                }
            }
        });
    }

    private static void write(Path file, int block, byte[] page) {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek((long) block * Page.SIZE);
            open.write(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A page that has changed since is exactly as it is made anew; another may have kept its hints.
     *
     * @return how many have
     */
    long requireExact(Path fresh, Path made) {
        long[] kept = new long[1];
        RelationForks.of(fresh).forEach((name, fork) -> {
            for (int block = 0; fork != ForkNumber.FSM.ordinal() && block < ForkPages.blocks(fresh.resolve(name)); block++) {
                byte[] expected = ForkPages.read(fresh.resolve(name), block).bytes();
                byte[] actual = ForkPages.read(made.resolve(name), block).bytes();
                byte[] hints = hinted.get(name + ":" + block);
                if (hints != null && Arrays.equals(hints, actual)) {
                    kept[0]++;
                    assertTrue(isUnchanged(name, block, expected), name + " block " + block + " has changed");
                } else if (!isUnchanged(name, block, expected)) {
                    assertArrayEquals(expected, actual, () -> name + " is not as made anew");
                }
            }
        });
        return kept[0];
    }

    private boolean isUnchanged(String name, int block, byte[] page) {
        Path before = plain.resolve(name);
        return Files.exists(before) && block < ForkPages.blocks(before)
                && Arrays.equals(page, ForkPages.read(before, block).bytes());
    }
}
