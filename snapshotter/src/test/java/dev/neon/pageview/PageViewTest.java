package dev.neon.pageview;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.page.Page;
import dev.neon.page.PageFields;
import dev.neon.page.VisibilityMap;
import dev.neon.postgres.ForkNumber;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageViewTest {
    @Test
    void newPage() {
        PageView view = PageView.of(Page.zero(), ForkNumber.MAIN);
        assertEquals(PageKind.NEW, view.kind());
        assertEquals("0/0", view.header().get("lsn").orElseThrow().toString());
        assertTrue(view.contents().items().isEmpty());
    }

    @Test
    void heap() {
        Page page = Page.zero();
        page.init(0);
        page.setLsn(0x1_0000_0123L);
        page.appendItem(tuple());
        page.appendItem(tuple());
        page.appendItem(tuple());
        page.setRedirect(2, 3);
        page.setDead(3);
        PageView view = PageView.of(page, ForkNumber.MAIN);
        assertEquals(PageKind.HEAP, view.kind());
        assertEquals("lsn=1/123 checksum=0 flags=0 lower=36 upper=8096 special=8192 pagesize=8192 version=4 prune_xid=0",
                text(view.header()));
        assertEquals(List.of("lp=1 lp_off=8160 lp_flags=1 lp_len=28 lp_state=normal t_xmin=4294967295 t_xmax=7"
                + " t_field3=0 t_ctid=(4294967295,2) t_infomask2=2 t_infomask=2817 t_hoff=24 t_bits=10000000 t_oid="
                + " raw_flags=HEAP_HASNULL HEAP_XMIN_COMMITTED HEAP_XMIN_INVALID HEAP_XMAX_INVALID"
                + " combined_flags=HEAP_XMIN_FROZEN t_data=\\x01020304",
                "lp=2 lp_off=3 lp_flags=2 lp_len=0 lp_state=redirect to 3",
                "lp=3 lp_off=0 lp_flags=3 lp_len=0 lp_state=dead"),
                view.contents().items().stream().map(item -> text(item).replaceAll("( [a-z_0-9]+=)+$", "")).toList());
    }

    /** Of two columns, the second of which is null; frozen, and with the largest numbers. */
    private static byte[] tuple() {
        byte[] tuple = new byte[28];
        Page scratch = Page.zero();
        scratch.put32(0, -1);
        scratch.put32(4, 7);
        scratch.put32(12, -1);
        scratch.put16(16, 2);
        scratch.put16(18, 2);
        scratch.put16(20, 0x0B01);
        scratch.put8(22, 24);
        scratch.put8(23, 1);
        scratch.put32(24, 0x04030201);
        System.arraycopy(scratch.bytes(), 0, tuple, 0, tuple.length);
        return tuple;
    }

    @Test
    void visibilityMap() {
        Page map = Page.zero();
        for (int block : List.of(0, 1, 2, 5, VisibilityMap.BLOCKS_PER_PAGE - 1)) {
            VisibilityMap.set(map, block, block == 5 ? 3 : 1);
        }
        PageView view = PageView.of(map, ForkNumber.VISIBILITYMAP);
        assertEquals(PageKind.VISIBILITY_MAP, view.kind());
        assertEquals(List.of("from=0 to=2 all_visible=true all_frozen=false",
                "from=5 to=5 all_visible=true all_frozen=true",
                "from=32671 to=32671 all_visible=true all_frozen=false"),
                view.contents().items().stream().map(PageViewTest::text).toList());
    }

    /** Whatever a page holds, there is a view of it; what is damaged is said to be. */
    @ParameterizedTest
    @ValueSource(ints = {0, 4, 8, 16, 24})
    void anyBytes(int specialSize) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int[] marks = {0, 2, 3, 0x83, 0x10, 0xFF7F, 0xFF80, 0xFF81, 0xFF82, 0xFF83, 0xF091, 0xF092, 0xF093, 0x1717};
        int damaged = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] bytes = new byte[Page.SIZE];
            random.nextBytes(bytes);
            Page page = Page.of(bytes);
            page.put16(16, Page.SIZE - specialSize);
            page.put16(12, 24 + random.nextInt(20) * 4);
            page.put16(Page.SIZE - 2, marks[random.nextInt(marks.length)]);
            page.put16(Page.SIZE - 4, 1 << random.nextInt(9));
            try {
                Optional<String> problem = PageView.of(page, ForkNumber.MAIN).problem();
                damaged += problem.isPresent() ? 1 : 0;
            } catch (RuntimeException escaped) {
                throw new AssertionError("seed " + seed + ", round " + round, escaped);
            }
        }
        assertTrue(damaged > 0 || specialSize == 0 || specialSize == 24 || specialSize == 4, "seed " + seed);
    }

    private static String text(PageFields fields) {
        return fields.all().stream().map(field -> field.name() + "=" + field.value()).collect(Collectors.joining(" "));
    }
}
