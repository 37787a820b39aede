package dev.neon.repo.layer;

import static dev.neon.repo.layer.PagePatch.PAGE;

import dev.neon.repo.error.CorruptFileException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * A frame of a layer, decompressed: entries of one section, sorted by block and LSN. Numbers of one kind stand together, as
 * do bytes of one kind, because that is how they compress best; in the file it is zstd frames, one after the other, that
 * have one or several of the kinds each.
 * <pre>
 * varint  entries × 2 + aligned
 * u8      flags of each entry
 * varint  block of each entry              less that of the entry before
 * varint  length of each entry             of its image, or of its patch's operations
 * varint  length of each patch's literals
 * varint  lsn of each entry                less that of the entry before; zigzag where that is another block's
 * u32     check of each patch that is its block's first in the frame
 * operations                               of all entries
 * literals                                 of all entries, in {@link LiteralColumns}
 * images                                   of all entries
 * </pre>
 * The first entry's block and LSN are less those that the index gives, so zero. Where {@code aligned} is 1, LSNs are in
 * units of 8 bytes. An entry is a {@link PageImage}, or a {@link PagePatch} to the entry before. A patch that is its block's
 * first in the frame is to the page that the parent has; its check is that page's CRC-32C, so that no other page is taken
 * for it. Where a patch sets the LSN, pd_lsn is the entry's LSN, on the page that is changed already.
 */
final class Frame {
    static final int PATCH = 1;
    static final int SETS_LSN = 2;
    /** Bytes of a patch's check. */
    static final int BASE_CHECK = 4;
    /** Records begin at multiples of 8, and so pages change there. */
    static final int LSN_SHIFT = 3;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int FLAGS = PATCH | SETS_LSN | PagePatch.COPIES | PagePatch.HOLE;

    private Path file = Path.of("");
    private long offset;
    private byte[] bytes = {};
    /** How many of {@link #bytes} there are. */
    private int size;
    private int entries;
    private byte[] flags = {};
    private int[] blocks = {};
    private long[] lsns = {};
    /** Where the image is, or the operations. */
    private int[] starts = {};
    private int[] lengths = {};
    private int[] literals = {};
    private int[] literalLengths = {};
    private int[] checks = {};

    /**
     * Room for a frame of {@code count} bytes, of which the first are to become the frame by {@link #parse}. An object that
     * goes from one frame to the next has its room already, in the processor's cache: new memory for each frame was a fifth
     * of what a data directory takes.
     */
    byte[] room(int count) {
        if (bytes.length < count) {
            bytes = new byte[count];
        }
        size = count;
        return bytes;
    }

    /**
     * Takes the frame apart that is in {@link #room}.
     *
     * @param from    the file, for the messages
     * @param number  the frame's in the index
     * @param columns is used on the way
     */
    void parse(Path from, LayerIndex index, int number, LiteralColumns columns) {
        file = from;
        offset = index.offset(number);
        Varint numbers = new Varint(bytes, 0, size);
        int head = numbers.next(size);
        entries = head >>> 1;
        if (entries <= 0 || entries > size - numbers.position()) {
            throw corrupt(file, offset, "entries", "none");
        }
        if (entries > flags.length) {
            makeRoom();
        }
        readBlocks(numbers, index.block(number));
        readLengths(numbers);
        readLsns(numbers, index.lsn(number), (head & 1) * LSN_SHIFT);
        place(numbers.position(), columns);
    }

    private void makeRoom() {
        flags = new byte[entries];
        blocks = new int[entries];
        lsns = new long[entries];
        starts = new int[entries];
        lengths = new int[entries];
        literals = new int[entries];
        literalLengths = new int[entries];
        checks = new int[entries];
    }

    private void readBlocks(Varint numbers, int first) {
        int at = numbers.skip(entries);
        System.arraycopy(bytes, at, flags, 0, entries);
        int block = first;
        for (int i = 0; i < entries; i++) {
            int step = numbers.next(Section.BLOCKS);
            if (step < 0 || i == 0 && step != 0 || (flags[i] & ~FLAGS) != 0) {
                throw disordered(i);
            }
            block += step;
            if (Section.segmentOf(block) != Section.segmentOf(first)) {
                throw disordered(i);
            }
            blocks[i] = block;
        }
    }

    private void readLengths(Varint numbers) {
        for (int i = 0; i < entries; i++) {
            lengths[i] = numbers.next(size);
        }
        for (int i = 0; i < entries; i++) {
            literalLengths[i] = isPatch(i) ? numbers.next(size) : 0;
            if (lengths[i] < 0 || literalLengths[i] < 0) {
                throw disordered(i);
            }
        }
    }

    private void readLsns(Varint numbers, long first, int shift) {
        long lsn = first;
        for (int i = 0; i < entries; i++) {
            long step = numbers.next();
            boolean same = i > 0 && blocks[i] == blocks[i - 1];
            if (step < 0 || (same || i == 0) && (step == 0) != (i == 0)) {
                throw disordered(i);
            }
            long before = lsn;
            lsn += (same ? step : Varint.unzigzag(step)) << shift;
            if (same && Long.compareUnsigned(lsn, before) <= 0) {
                throw disordered(i);
            }
            lsns[i] = lsn;
        }
    }

    /** Finds out where the bodies are. */
    private void place(int start, LiteralColumns columns) {
        int check = start;
        long operations = 0;
        long allLiterals = 0;
        long images = 0;
        for (int i = 0; i < entries; i++) {
            if (isPatch(i)) {
                operations += lengths[i];
                allLiterals += literalLengths[i];
                check += isBase(i) ? BASE_CHECK : 0;
            } else {
                images += lengths[i];
            }
        }
        if (check + operations + allLiterals + images != size) {
            throw corrupt(file, offset, size + " bytes",
                    Long.toString(check + operations + allLiterals + images));
        }
        int operation = check;
        int literal = operation + (int) operations;
        int image = literal + (int) allLiterals;
        columns.restore(bytes, literal, literalLengths, entries);
        check = start;
        for (int i = 0; i < entries; i++) {
            literals[i] = literal;
            literal += literalLengths[i];
            if (!isPatch(i)) {
                starts[i] = image;
                image += lengths[i];
                continue;
            }
            starts[i] = operation;
            operation += lengths[i];
            if (isBase(i)) {
                checks[i] = (int) INT.get(bytes, check);
                check += BASE_CHECK;
            }
        }
    }

    /** Whether an entry is a patch to the page that the parent has. */
    private boolean isBase(int entry) {
        return isPatch(entry) && (entry == 0 || blocks[entry - 1] != blocks[entry]);
    }

    /** What it takes in memory. */
    int weight() {
        return bytes.length + flags.length * (6 * Integer.BYTES + Long.BYTES + 1) + 256;
    }

    int entries() {
        return entries;
    }

    int block(int entry) {
        return blocks[entry];
    }

    long lsn(int entry) {
        return lsns[entry];
    }

    boolean isPatch(int entry) {
        return (flags[entry] & PATCH) != 0;
    }

    /** The newest entry of a block at or below an LSN, or -1. */
    int newest(int block, long lsn) {
        int low = 0;
        int high = entries - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Integer.compareUnsigned(blocks[middle], block);
            if (order == 0) {
                order = Long.compareUnsigned(lsns[middle], lsn);
            }
            if (order <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high >= 0 && blocks[high] == block ? high : -1;
    }

    /** The entry that a version begins with: the nearest image at or before it, or else its block's first patch. */
    int start(int entry) {
        int start = entry;
        while (isPatch(start) && start > 0 && blocks[start - 1] == blocks[start]) {
            start--;
        }
        return start;
    }

    /**
     * Makes the page that an entry stands for, as {@link PageVersion#rebuild} does.
     *
     * @param scratch another page, used on the way
     */
    void rebuild(int entry, byte[] page, byte[] scratch) {
        if (page.length != PAGE) {
            throw new IllegalArgumentException("a page of " + page.length + " bytes");
        }
        for (int i = start(entry); i <= entry; i++) {
            if (!isPatch(i)) {
                require(PageImage.restore(bytes, starts[i], starts[i] + lengths[i], page), i, "an image");
                continue;
            }
            if (isBase(i)) {
                checkBase(i, page);
            }
            if ((flags[i] & SETS_LSN) != 0) {
                PageHeader.setLsn(page, lsns[i]);
            }
            PagePatch patch = new PagePatch(bytes, flags[i], starts[i], starts[i] + lengths[i], literals[i],
                    literals[i] + literalLengths[i]);
            require(patch.apply(page, scratch), i, "a patch");
        }
    }

    private void checkBase(int entry, byte[] page) {
        int expected = checks[entry];
        int actual = baseCheck(page);
        if (expected != actual) {
            throw corrupt(file, offset, "block " + Integer.toUnsignedString(blocks[entry]) + " of the parent with checksum "
                    + CheckedFile.hex(expected), CheckedFile.hex(actual));
        }
    }

    /** The check of a page that a patch lies on. */
    static int baseCheck(byte[] page) {
        return CheckedFile.crc(page, 0, PAGE);
    }

    /** Whether a page is the one that the version of an entry begins with, if it begins with the parent's. */
    boolean liesOn(int entry, byte[] page) {
        int start = start(entry);
        return isBase(start) && checks[start] == baseCheck(page);
    }

    private void require(boolean holds, int entry, String expected) {
        if (!holds) {
            throw corrupt(file, offset, expected + " of block " + Integer.toUnsignedString(blocks[entry]),
                    "something else");
        }
    }

    private CorruptFileException disordered(int entry) {
        return corrupt(file, offset, "entries of one section in order", "entry " + entry);
    }

    private static CorruptFileException corrupt(Path file, long offset, String expected, String actual) {
        return CheckedFile.corrupt(file, offset, expected, actual);
    }

    /** One of its entries as a version of a page. */
    record Version(Frame frame, int entry) implements PageVersion {
        @Override
        public long lsn() {
            return frame.lsn(entry);
        }

        @Override
        public boolean needsBase() {
            return frame.isPatch(frame.start(entry));
        }

        @Override
        public boolean liesOn(byte[] page) {
            return frame.liesOn(entry, page);
        }

        @Override
        public void rebuild(byte[] page) {
            frame.rebuild(entry, page, new byte[PAGE]);
        }
    }
}
