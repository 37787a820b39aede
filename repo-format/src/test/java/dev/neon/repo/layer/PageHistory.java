package dev.neon.repo.layer;

import static dev.neon.repo.layer.PagePatch.PAGE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A page that changes as PostgreSQL's pages do: items are added, moved together and overwritten. Its hole is zero. */
final class PageHistory {
    private static final int HEADER = 24;

    /** An item of the page: what a line pointer points to. */
    private record Item(int flags, byte[] content) {}

    private final Random random;
    private final byte[] page = new byte[PAGE];
    private final List<Item> items = new ArrayList<>();

    PageHistory(Random random) {
        this.random = random;
        put();
    }

    byte[] page() {
        return page;
    }

    /** Changes the page. */
    void change() {
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> insert();
            case 3 -> overwrite();
            case 4 -> items.removeIf(item -> random.nextInt(5) == 0);
            case 5 -> scribble();
            case 6 -> {
                if (random.nextInt(10) == 0) {
                    items.clear();
                    Arrays.fill(page, (byte) 0);
                }
            }
            default -> { }
        }
        if (random.nextInt(30) > 0) {
            put();
        } else {
            scribble();
        }
    }

    private void insert() {
        byte[] content = new byte[16 + random.nextInt(20) * 8];
        if (HEADER + 4 * (items.size() + 1) + items.stream().mapToInt(item -> item.content().length).sum()
                + content.length > PAGE) {
            items.removeIf(item -> random.nextBoolean());
            return;
        }
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i < 8 ? random.nextInt() : i % 16);
        }
        items.add(random.nextInt(items.size() + 1), new Item(random.nextInt(4), content));
    }

    private void overwrite() {
        if (!items.isEmpty()) {
            byte[] content = items.get(random.nextInt(items.size())).content();
            content[random.nextInt(content.length)] = (byte) random.nextInt();
        }
    }

    private void scribble() {
        int from = random.nextInt(PAGE);
        for (int i = from; i < Math.min(PAGE, from + random.nextInt(300)); i++) {
            page[i] = (byte) random.nextInt();
        }
    }

    /** Lays the items out. */
    private void put() {
        ByteBuffer target = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
        int upper = PAGE;
        int lower = HEADER;
        for (Item item : items) {
            upper -= item.content().length;
            target.put(upper, item.content());
            target.putInt(lower, upper | item.flags() << 15 | item.content().length << 17);
            lower += Integer.BYTES;
        }
        target.putShort(12, (short) lower).putShort(14, (short) upper).putInt(18, 0x42004);
        for (int i = lower; i < upper; i++) {
            page[i] = 0;
        }
    }

    /** Says on the page that it is what it is since an LSN, as PostgreSQL does. */
    void stamp(long lsn) {
        PageHeader.setLsn(page, lsn);
    }
}
