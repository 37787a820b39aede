package dev.neon.repo.layer;

import static dev.neon.repo.layer.PagePatch.PAGE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PagePatchTest {
    private final PagePatchEncoder encoder = new PagePatchEncoder();
    private final byte[] patch = new byte[3 * PAGE];

    private int encode(byte[] before, byte[] after) {
        return encoder.encode(before, after, patch, 0, patch.length);
    }

    private void check(byte[] before, byte[] after) {
        int length = encode(before, after);
        byte[] page = before.clone();
        assertTrue(PagePatch.apply(patch, 0, length, page));
        assertArrayEquals(after, page);
    }

    @Test
    void bytesOfRuns() {
        byte[] before = new byte[PAGE];
        byte[] after = before.clone();
        after[3] = 1;
        after[200] = 2;
        after[202] = 3;
        assertEquals("14 03 00 c4 01 02 01 02 00 03".replace(" ", ""),
                HexFormat.of().formatHex(patch, 0, encode(before, after)));
    }

    @Test
    void equalPages() {
        byte[] page = new byte[PAGE];
        new Random(1).nextBytes(page);
        assertEquals(1, encode(page, page));
        check(page, page);
    }

    @Test
    void shiftedArrayIsCopied() {
        PageHistory history = new PageHistory(new Random(2));
        byte[] before = new byte[PAGE];
        new Random(2).nextBytes(before);
        Arrays.fill(before, 1000, 5000, (byte) 0);
        byte[] after = before.clone();
        System.arraycopy(before, 400, after, 404, 600);
        int length = encode(before, after);
        assertTrue(length < 40, "took " + length);
        check(before, after);
    }

    @Test
    void longerThanTheLimit() {
        byte[] before = new byte[PAGE];
        byte[] after = new byte[PAGE];
        new Random(3).nextBytes(after);
        assertEquals(-1, encoder.encode(before, after, patch, 0, PAGE));
        int length = encode(before, after);
        assertEquals(-1, encoder.encode(before, after, patch, 0, length - 1));
        assertEquals(length, encoder.encode(before, after, patch, 5, length));
    }

    @Property
    void changesAreMadeAgain(@ForAll long seed) {
        PageHistory history = new PageHistory(new Random(seed));
        for (int i = 0; i < 50; i++) {
            byte[] before = history.page().clone();
            history.change();
            check(before, history.page());
        }
    }

    @Property
    void anyPageFromAnyOther(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] before = new byte[PAGE];
        byte[] after = new byte[PAGE];
        random.nextBytes(before);
        random.nextBytes(after);
        for (int i = 0; i < 30; i++) {
            int length = random.nextInt(1 << random.nextInt(13));
            byte[] source = random.nextBoolean() ? before : new byte[PAGE];
            System.arraycopy(source, random.nextInt(PAGE - length + 1), after, random.nextInt(PAGE - length + 1), length);
        }
        check(before, after);
        check(after, before);
    }

    @Property
    void damagedPatchesStayOnThePage(@ForAll long seed) {
        Random random = new Random(seed);
        PageHistory history = new PageHistory(random);
        for (int i = 0; i < 30; i++) {
            history.change();
        }
        byte[] before = history.page().clone();
        history.change();
        int length = encode(before, history.page());
        byte[] damaged = Arrays.copyOf(patch, length);
        for (int i = 0; i < 100; i++) {
            damaged[random.nextInt(Math.min(length, 20))] = (byte) random.nextInt();
            byte[] page = before.clone();
            PagePatch.apply(damaged, 0, random.nextInt(4) == 0 ? random.nextInt(length + 1) : length, page);
        }
        byte[] noise = new byte[random.nextInt(100)];
        random.nextBytes(noise);
        PagePatch.apply(noise, 0, noise.length, before.clone());
    }

    @Test
    void patchesThatAreNone() {
        for (String hex : new String[] {"", "80", "04", "0401", "080100", "0800000101", "05", "0d000000",
            "ffffffffffffffffff01", "02"}) {
            byte[] bytes = HexFormat.of().parseHex(hex);
            byte[] page = new byte[PAGE];
            page[15] = (byte) 0xFF;
            page[13] = (byte) 0xFF;
            assertFalse(PagePatch.apply(bytes, 0, bytes.length, page), hex);
        }
    }
}
