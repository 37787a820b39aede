package dev.neon.repo.layer;

import static dev.neon.repo.layer.PagePatch.PAGE;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Makes {@link PagePatch}es. Used by one thread, again and again; it allocates nothing after it was made.
 *
 * <p>Runs of changed bytes are looked for first, as most records change few. Where that comes out long, things have
 * moved on the page: then copies are looked for with a hash of the old page, and the shorter form is taken.
 */
public final class PagePatchEncoder {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** So many equal bytes end a run; fewer are cheaper written again than skipped. */
    private static final int GAP = 5;
    /** A patch of runs that is longer than this makes it worth looking for copies. */
    private static final int LONG_RUNS = 64;
    private static final int WINDOW = Long.BYTES;
    /** The old page is hashed at every eighth byte, as items are aligned; what is found may lie anywhere. */
    private static final int STRIDE = 8;
    private static final int HASH_BITS = 12;
    private static final long LOW_BITS = 0x0101010101010101L;

    private final byte[] operations = new byte[2 * PAGE];
    private final byte[] literals = new byte[PAGE];
    private final short[] places = new short[1 << HASH_BITS];
    private int operationsLength;
    private int literalsLength;
    private int holeStart;
    private int holeEnd;
    private boolean clearsHole;

    /**
     * Writes what makes {@code after} of {@code before}.
     *
     * @param patch has room for {@code limit} bytes from {@code offset} on
     * @return the patch's length, or -1 if it would be longer than {@code limit}
     */
    public int encode(byte[] before, byte[] after, byte[] patch, int offset, int limit) {
        findHole(after);
        int length = findRuns(before, after, limit) ? put(0, patch, offset, limit) : -1;
        if (length >= 0 && length <= LONG_RUNS) {
            return length;
        }
        // The longer form is overwritten, or stays as it is.
        int shorter = findCopies(before, after, length < 0 ? limit : length - 1)
                ? put(PagePatch.FORM, patch, offset, length < 0 ? limit : length - 1) : -1;
        return shorter < 0 ? length : shorter;
    }

    private int put(int form, byte[] patch, int offset, int limit) {
        long head = (long) operationsLength << PagePatch.FLAG_BITS | (clearsHole ? PagePatch.HOLE : 0) | form;
        int headLength = head < 1 << 7 ? 1 : head < 1 << 14 ? 2 : 3;
        int length = headLength + operationsLength + literalsLength;
        if (length > limit) {
            return -1;
        }
        int at = Varint.put(patch, offset, head);
        System.arraycopy(operations, 0, patch, at, operationsLength);
        System.arraycopy(literals, 0, patch, at + operationsLength, literalsLength);
        return length;
    }

    private void begin() {
        operationsLength = 0;
        literalsLength = 0;
        clearsHole = false;
    }

    private void findHole(byte[] after) {
        int lower = PageHeader.lower(after);
        int upper = PageHeader.upper(after);
        boolean found = lower < upper && upper <= PAGE && PageHeader.isZero(after, lower, upper);
        holeStart = found ? lower : PAGE;
        holeEnd = found ? upper : PAGE;
    }

    private boolean findRuns(byte[] before, byte[] after, int limit) {
        begin();
        int end = 0;
        int from = mismatch(before, 0, after, 0);
        while (from < PAGE) {
            if (from >= holeStart && from < holeEnd) {
                clearsHole = true;
                from = mismatch(before, holeEnd, after, holeEnd);
                continue;
            }
            int to = runEnd(before, after, from, from < holeStart ? holeStart : PAGE);
            if (operationsLength + literalsLength + to - from > limit) {
                return false;
            }
            operation(from - end);
            operation(to - from - 1);
            literals(after, from, to);
            end = to;
            from = mismatch(before, to, after, to);
        }
        return true;
    }

    /** The first place from {@code after[at]} on that differs, as a place in {@code after}; or the end of either. */
    private static int mismatch(byte[] before, int source, byte[] after, int at) {
        int length = PAGE - Math.max(source, at);
        int found = Arrays.mismatch(before, source, source + length, after, at, at + length);
        return at + (found < 0 ? length : found);
    }

    private static int runEnd(byte[] before, byte[] after, int from, int bound) {
        int at = from + 1;
        int equal = 0;
        while (at < bound) {
            if (equal == 0) {
                while (at + Long.BYTES <= bound && hasNoZeroByte(get(before, at) ^ get(after, at))) {
                    at += Long.BYTES;
                }
                if (at == bound) {
                    break;
                }
            }
            equal = before[at] == after[at] ? equal + 1 : 0;
            at++;
            if (equal == GAP) {
                break;
            }
        }
        return at - equal;
    }

    private static boolean hasNoZeroByte(long value) {
        return (value - LOW_BITS & ~value & LOW_BITS << 7) == 0;
    }

    private boolean findCopies(byte[] before, byte[] after, int limit) {
        begin();
        hash(before);
        int literalStart = 0;
        int shift = 0;
        int at = 0;
        while (at < PAGE) {
            int source = at;
            int end;
            if (at >= holeStart && at < holeEnd) {
                clearsHole = true;
                end = mismatch(before, holeEnd, after, holeEnd);
            } else if (at > PAGE - WINDOW) {
                end = mismatch(before, at, after, at);
                if (end < PAGE) {
                    at++;
                    continue;
                }
            } else {
                long window = get(after, at);
                source = longest(before, after, at, window, at + shift);
                if (source < 0) {
                    at++;
                    continue;
                }
                end = mismatch(before, source, after, at);
            }
            int start = at;
            while (start > literalStart && source > 0 && before[source - 1] == after[start - 1]) {
                start--;
                source--;
            }
            if (operationsLength + literalsLength + start - literalStart > limit) {
                return false;
            }
            literals(after, literalStart, start);
            operation(start - literalStart);
            operation(end - start);
            operation((int) Varint.zigzag(source - start - shift));
            shift = source - start;
            at = end;
            literalStart = end;
        }
        if (literalStart < PAGE) {
            if (operationsLength + literalsLength + PAGE - literalStart > limit) {
                return false;
            }
            literals(after, literalStart, PAGE);
            operation(PAGE - literalStart);
            operation(0);
            operation((int) Varint.zigzag(-shift));
        }
        return true;
    }

    /** The source of the longest copy: the same place, as far away as the last copy, or where the hash says; or -1. */
    private int longest(byte[] before, byte[] after, int at, long window, int beside) {
        int best = -1;
        int bestEnd = at;
        if (get(before, at) == window) {
            best = at;
            bestEnd = mismatch(before, at, after, at);
        }
        if (beside != at && beside >= 0 && beside <= PAGE - WINDOW && get(before, beside) == window) {
            int end = mismatch(before, beside, after, at);
            if (end > bestEnd) {
                best = beside;
                bestEnd = end;
            }
        }
        int hashed = places[slot(window)] - 1;
        if (hashed >= 0 && hashed != at && hashed != beside && get(before, hashed) == window
                && mismatch(before, hashed, after, at) > bestEnd) {
            best = hashed;
        }
        return best;
    }

    private void hash(byte[] before) {
        Arrays.fill(places, (short) 0);
        for (int at = 0; at <= PAGE - WINDOW; at += STRIDE) {
            long window = get(before, at);
            if (window != 0) {
                places[slot(window)] = (short) (at + 1);
            }
        }
    }

    private static int slot(long window) {
        return (int) (window * 0x9E3779B97F4A7C15L >>> Long.SIZE - HASH_BITS);
    }

    private static long get(byte[] page, int at) {
        return (long) LONG.get(page, at);
    }

    private void operation(int value) {
        operationsLength = Varint.put(operations, operationsLength, value);
    }

    private void literals(byte[] after, int from, int to) {
        System.arraycopy(after, from, literals, literalsLength, to - from);
        literalsLength += to - from;
    }
}
