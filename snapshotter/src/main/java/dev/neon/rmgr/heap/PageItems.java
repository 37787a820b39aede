package dev.neon.rmgr.heap;

import java.util.List;

/** What {@link Heap2Record.Prune} does to the line pointers and tuples of its page. */
public sealed interface PageItems {
    /** How many line pointers are redirected. */
    int redirectedCount();

    int deadCount();

    int unusedCount();

    int planCount();

    /**
     * The changes, to be made in this order; the arrays are not to be modified.
     *
     * @param redirected pairs: a line pointer, and the one to which it leads from now on
     * @param dead       line pointers that become LP_DEAD
     * @param unused     line pointers that become LP_UNUSED
     * @param plans      which tuples are frozen, and how
     */
    record Changed(int[] redirected, int[] dead, int[] unused, List<FreezePlan> plans) implements PageItems {
        @Override
        public int redirectedCount() {
            return redirected.length / 2;
        }

        @Override
        public int deadCount() {
            return dead.length;
        }

        @Override
        public int unusedCount() {
            return unused.length;
        }

        @Override
        public int planCount() {
            return plans.size();
        }
    }

    /** The changes were left out, as the record carries the page that has them. The numbers are 0 if not told. */
    record InImage(int redirectedCount, int deadCount, int unusedCount, int planCount) implements PageItems {
        /** Since 17 only the changes themselves tell how many they are. */
        static final InImage UNTOLD = new InImage(0, 0, 0, 0);
    }
}
