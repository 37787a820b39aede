package dev.neon.slice;

import dev.neon.page.Page;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.wal.CraftedWal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Random records of PostgreSQL 16, and beside them a {@link ModelState} for the end of each. */
final class RandomHistory {
    static final PostgresMajor MAJOR = PostgresMajor.of(16);
    private static final int XLOG = 0;
    private static final int TRANSACTION = 1;
    private static final int STORAGE = 2;
    private static final int DATABASE = 4;
    private static final int GENERIC = 20;
    private static final int FIRST_DATABASE = 5;
    private static final int[] COPIES = {20001, 20002};
    private static final int RELATIONS = 3;
    private static final int BLOCKS = 12;

    private final Random random;
    private final CraftedWal wal = new CraftedWal(MAJOR);
    private final TreeMap<Lsn, ModelState> states = new TreeMap<>();
    /** Blocks that were ever written to, and their neighbours; in any fork. */
    private final Set<Integer> blocks = new TreeSet<>();
    /** Whether a fork may come to have a second section; all that happens to such a one takes long. */
    private final boolean isLarge;
    private ModelState state = new ModelState();

    RandomHistory(Random random, int records) {
        this.random = random;
        this.isLarge = random.nextInt(4) == 0;
        record(XLOG, 0x20, new byte[0], new ModelState());
        for (int i = 0; i < records; i++) {
            add();
        }
    }

    CraftedWal wal() {
        return wal;
    }

    /** The states at all ends of records. */
    TreeMap<Lsn, ModelState> states() {
        return states;
    }

    Set<Integer> blocks() {
        return blocks;
    }

    private void add() {
        int dice = random.nextInt(100);
        if (dice < 55) {
            change();
        } else if (dice < 80) {
            image();
        } else if (dice < 88) {
            truncate();
        } else if (dice < 92) {
            dropAndPerhapsCreate();
        } else if (dice < 95) {
            copyDatabase();
        } else if (dice < 97) {
            dropDatabase();
        } else {
            record(XLOG, 0x20, new byte[0], state.copy());
        }
    }

    private static ForkKey fork(int database, int number) {
        return new ForkKey(new RelFileLocator(1663, database, 16384 + number), 0);
    }

    private ForkKey anyFork() {
        int database = random.nextInt(4) > 0 ? FIRST_DATABASE : COPIES[random.nextInt(COPIES.length)];
        return fork(database, random.nextInt(RELATIONS));
    }

    /** Bytes of one or two pages, which depend on what they were. */
    private void change() {
        List<ForkKey> forks = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (int i = random.nextInt(2); i >= 0; i--) {
            ForkKey fork = anyFork();
            blocks.stream().skip(random.nextInt(Math.max(blocks.size(), 1)))
                    .filter(block -> Page.of(state.page(fork, block).clone()).upper() > 0).findFirst().ifPresent(block -> {
                        if (!forks.contains(fork)) {
                            forks.add(fork);
                            numbers.add(block);
                        }
                    });
        }
        if (forks.isEmpty()) {
            image();
            return;
        }
        ModelState next = state.copy();
        ByteBuffer headers = buffer();
        ByteBuffer data = buffer();
        List<Page> pages = new ArrayList<>();
        for (int i = 0; i < forks.size(); i++) {
            Page page = Page.of(state.page(forks.get(i), numbers.get(i)).clone());
            int from = data.position();
            for (int part = random.nextInt(3); part >= 0; part--) {
                byte[] bytes = new byte[1 + random.nextInt(40)];
                random.nextBytes(bytes);
                int at = page.upper() + random.nextInt(Page.SIZE - page.upper() - bytes.length);
                data.putShort((short) at).putShort((short) bytes.length).put(bytes);
                page.put(at, bytes);
            }
            header(headers, i, 0x20, data.position() - from, new byte[0], forks.get(i), numbers.get(i));
            pages.add(page);
        }
        Lsn end = record(GENERIC, 0, bytes(headers.put(data.flip())), next);
        for (int i = 0; i < forks.size(); i++) {
            pages.get(i).setLsn(end.value());
            next.put(forks.get(i), numbers.get(i), pages.get(i).bytes());
        }
    }

    /** A whole page, now and then far behind the last. */
    private void image() {
        ForkKey fork = anyFork();
        int number = isLarge && random.nextInt(10) == 0 ? Section.BLOCKS + random.nextInt(2) : random.nextInt(BLOCKS);
        Page page = Page.zero();
        page.init(0);
        page.setUpper(Page.SIZE - 100 - random.nextInt(2000));
        byte[] content = new byte[Page.SIZE - page.upper()];
        random.nextBytes(content);
        page.put(page.upper(), content);
        ModelState next = state.copy();
        ByteBuffer body = buffer();
        header(body, 0, 0x10, 0, page.bytes(), fork, number);
        Lsn end = record(XLOG, 0xB0, bytes(body.put(page.bytes())), next);
        page.setLsn(end.value());
        next.put(fork, number, page.bytes());
        blocks.addAll(List.of(Math.max(number - 1, 0), number, number + 1));
    }

    private void truncate() {
        ForkKey fork = anyFork();
        int to = random.nextInt(BLOCKS);
        ModelState next = state.copy();
        next.create(fork);
        next.truncate(fork, to);
        record(STORAGE, 0x20, main(buffer().putInt(to).put(locator(fork)).putInt(1)), next);
    }

    private void dropAndPerhapsCreate() {
        ForkKey fork = anyFork();
        ModelState next = state.copy();
        next.drop(fork);
        record(TRANSACTION, 0x80, main(buffer().putLong(1).putInt(4).putInt(1).put(locator(fork))), next);
        if (random.nextBoolean()) {
            ModelState created = state.copy();
            created.create(fork);
            record(STORAGE, 0x10, main(buffer().put(locator(fork)).putInt(0)), created);
        }
    }

    private void copyDatabase() {
        int from = random.nextBoolean() ? FIRST_DATABASE : COPIES[0];
        int to = from == FIRST_DATABASE ? COPIES[random.nextInt(COPIES.length)] : COPIES[1];
        ModelState next = state.copy();
        next.dropDatabase(to);
        for (int number = 0; number < RELATIONS; number++) {
            if (state.sizes().containsKey(fork(from, number))) {
                next.copyFrom(state, fork(from, number), fork(to, number));
            }
        }
        record(DATABASE, 0x00, main(buffer().putInt(to).putInt(1663).putInt(from).putInt(1663)), next);
    }

    private void dropDatabase() {
        int database = COPIES[random.nextInt(COPIES.length)];
        ModelState next = state.copy();
        next.dropDatabase(database);
        record(DATABASE, 0x20, main(buffer().putInt(database).putInt(1).putInt(1663)), next);
    }

    private Lsn record(int rmid, int info, byte[] body, ModelState after) {
        Lsn end = wal.record(rmid, info, 700, body).end();
        states.put(end, after);
        state = after;
        return end;
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocate(2 * Page.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private static byte[] main(ByteBuffer data) {
        return bytes(buffer().put((byte) 0xFF).put((byte) data.position()).put(data.flip()));
    }

    private static byte[] locator(ForkKey fork) {
        return bytes(buffer().putInt(fork.relation().tablespace()).putInt(fork.relation().database())
                .putInt(fork.relation().relation()));
    }

    private static void header(ByteBuffer to, int id, int flags, int length, byte[] image, ForkKey fork, int block) {
        to.put((byte) id).put((byte) flags).putShort((short) length);
        if (image.length > 0) {
            to.putShort((short) image.length).putShort((short) 0).put((byte) 0x02);
        }
        to.put(locator(fork)).putInt(block);
    }
}
