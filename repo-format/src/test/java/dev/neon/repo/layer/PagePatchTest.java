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

    private PagePatch encode(byte[] before, byte[] after) {
        int length = encoder.encode(before, after, 2 * PAGE);
        PagePatch patch = patch(encoder.found());
        assertEquals(length, patch.literalsEnd());
        return patch;
    }

    private static PagePatch patch(PatchDraft draft) {
        byte[] bytes = new byte[draft.length()];
        int literals = draft.putOperations(bytes, 0);
        return new PagePatch(bytes, draft.flags(), 0, literals, literals, draft.putLiterals(bytes, literals));
    }

    private static boolean apply(PagePatch patch, byte[] page) {
        return patch.apply(page.clone(), new byte[PAGE]);
    }

    private void check(byte[] before, byte[] after) {
        byte[] page = before.clone();
        assertTrue(encode(before, after).apply(page, new byte[PAGE]));
        assertArrayEquals(after, page);
    }

    @Test
    void bytesOfRuns() {
        byte[] before = new byte[PAGE];
        byte[] after = before.clone();
        after[3] = 1;
        after[200] = 2;
        after[202] = 3;
        PagePatch patch = encode(before, after);
        assertEquals("03 00 c4 01 02 01 02 00 03".replace(" ", ""), HexFormat.of().formatHex(patch.bytes()));
        assertEquals(0, patch.flags());
        assertEquals(5, patch.literals());
    }

    @Test
    void bytesOfCopies() {
        byte[] before = new byte[PAGE];
        new Random(4).nextBytes(before);
        byte[] after = before.clone();
        after[3] ^= 1;
        System.arraycopy(before, 1000, after, 1008, 600);
        PagePatch patch = encode(before, after);
        assertEquals("04 ec07 00 00 d804 0f 00 b833 10".replace(" ", ""),
                HexFormat.of().formatHex(patch.bytes(), 0, patch.literals()));
        assertEquals(HexFormat.of().formatHex(after, 0, 4),
                HexFormat.of().formatHex(patch.bytes(), patch.literals(), patch.literalsEnd()));
        assertEquals(PagePatch.COPIES, patch.flags());
    }

    @Test
    void equalPages() {
        byte[] page = new byte[PAGE];
        new Random(1).nextBytes(page);
        assertEquals(0, encode(page, page).bytes().length);
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
        int length = encode(before, after).bytes().length;
        assertTrue(length < 40, "took " + length);
        check(before, after);
    }

    @Test
    void longerThanTheLimit() {
        byte[] before = new byte[PAGE];
        byte[] after = new byte[PAGE];
        new Random(3).nextBytes(after);
        assertEquals(-1, encoder.encode(before, after, PAGE));
        int length = encode(before, after).bytes().length;
        assertEquals(-1, encoder.encode(before, after, length - 1));
        assertEquals(length, encoder.encode(before, after, length));
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
        PagePatch patch = encode(before, history.page());
        byte[] damaged = patch.bytes();
        for (int i = 0; i < 100 && damaged.length > 0; i++) {
            damaged[random.nextInt(Math.min(damaged.length, 20))] = (byte) random.nextInt();
            int end = random.nextInt(4) == 0 ? random.nextInt(patch.literals(), damaged.length + 1) : damaged.length;
            apply(new PagePatch(damaged, patch.flags() ^ random.nextInt(16), 0, patch.literals(), patch.literals(), end),
                    before);
        }
        byte[] noise = new byte[random.nextInt(100)];
        random.nextBytes(noise);
        int literals = random.nextInt(noise.length + 1);
        apply(new PagePatch(noise, random.nextInt(16), 0, literals, literals, noise.length), before);
    }

    @Test
    void patchesThatAreNone() {
        byte[] page = new byte[PAGE];
        page[15] = (byte) 0xFF;
        page[13] = (byte) 0xFF;
        assertTrue(apply(patch(0, "", ""), page));
        assertFalse(apply(patch(0, "80", ""), page), "an unfinished number");
        assertFalse(apply(patch(0, "00", ""), page), "a run without a length");
        assertFalse(apply(patch(0, "0000", ""), page), "a run without its literal");
        assertFalse(apply(patch(0, "0000", "0102"), page), "a literal left over");
        assertFalse(apply(patch(0, "804000", "01"), page), "a run behind the page");
        assertFalse(apply(patch(0, "ffffffffffffffffff0100", "01"), page), "a long skip");
        assertFalse(apply(patch(PagePatch.COPIES, "", ""), page), "nothing copied");
        assertFalse(apply(patch(PagePatch.COPIES, "000000", ""), page), "too little copied");
        assertFalse(apply(patch(PagePatch.COPIES, "00804001", ""), page), "a copy from before the page");
        assertFalse(apply(patch(PagePatch.HOLE, "", ""), page), "a hole behind the page");
    }

    private static PagePatch patch(int flags, String operations, String literals) {
        byte[] bytes = HexFormat.of().parseHex(operations + literals);
        int end = operations.length() / 2;
        return new PagePatch(bytes, flags, 0, end, end, bytes.length);
    }
}
