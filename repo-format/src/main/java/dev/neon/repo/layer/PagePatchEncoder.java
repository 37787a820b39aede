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

    private final PatchDraft runs = new PatchDraft(0);
    private final PatchDraft copies = new PatchDraft(PagePatch.COPIES);
    private final short[] places = new short[1 << HASH_BITS];
    private PatchDraft found = runs;
    private int holeStart;
    private int holeEnd;

    /**
     * Finds what makes {@code after} of {@code before}; {@link #found} has it then.
     *
     * @return the patch's length, or -1 if it would be longer than {@code limit}
     */
    public int encode(byte[] before, byte[] after, int limit) {
        findHole(after);
        found = runs;
        int length = findRuns(before, after, limit) ? runs.length() : -1;
        if (length >= 0 && length <= LONG_RUNS) {
            return length;
        }
        if (findCopies(before, after, length < 0 ? limit : length - 1)) {
            found = copies;
            return copies.length();
        }
        return length;
    }

    /** The patch that was found last. */
    PatchDraft found() {
        return found;
    }

    private void findHole(byte[] after) {
        int lower = PageHeader.lower(after);
        int upper = PageHeader.upper(after);
        boolean found = lower < upper && upper <= PAGE && PageHeader.isZero(after, lower, upper);
        holeStart = found ? lower : PAGE;
        holeEnd = found ? upper : PAGE;
    }

    private boolean findRuns(byte[] before, byte[] after, int limit) {
        runs.begin();
        int end = 0;
        int from = mismatch(before, 0, after, 0);
        while (from < PAGE) {
            if (from >= holeStart && from < holeEnd) {
                runs.clearHole();
                from = mismatch(before, holeEnd, after, holeEnd);
                continue;
            }
            int to = runEnd(before, after, from, from < holeStart ? holeStart : PAGE);
            if (runs.length() + to - from > limit) {
                return false;
            }
            runs.operation(from - end);
            runs.operation(to - from - 1);
            runs.literals(after, from, to);
            end = to;
            from = mismatch(before, to, after, to);
        }
        return runs.length() <= limit;
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
        copies.begin();
        hash(before);
        int literalStart = 0;
        int shift = 0;
        int at = 0;
        while (at < PAGE) {
            int source = at;
            int end;
            if (at >= holeStart && at < holeEnd) {
                copies.clearHole();
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
            if (copies.length() + start - literalStart > limit) {
                return false;
            }
            copies.literals(after, literalStart, start);
            copies.operation(start - literalStart);
            copies.operation(end - start);
            copies.operation((int) Varint.zigzag(source - start - shift));
            shift = source - start;
            at = end;
            literalStart = end;
        }
        if (literalStart < PAGE) {
            if (copies.length() + PAGE - literalStart > limit) {
                return false;
            }
            copies.literals(after, literalStart, PAGE);
            copies.operation(PAGE - literalStart);
            copies.operation(0);
            copies.operation((int) Varint.zigzag(-shift));
        }
        return copies.length() <= limit;
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
}
