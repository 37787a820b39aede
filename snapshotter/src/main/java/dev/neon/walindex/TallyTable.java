package dev.neon.walindex;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * The tallies of a segment's transactions, by the 32 bits that records carry: a hash table with linear probing. Tallies
 * that are removed serve again, so that nothing is allocated for a transaction once the first have gone.
 */
final class TallyTable {
    private static final int SMALLEST = 256;
    /** No transaction has this id. */
    private static final int FREE = 0;

    private final Deque<TransactionTally> unused = new ArrayDeque<>();
    private int[] keys = new int[SMALLEST];
    /** Of meaning where the key is not {@link #FREE}. */
    private TransactionTally[] tallies = new TransactionTally[SMALLEST];
    private int count;

    private int home(int xid) {
        return xid * 0x9E3779B9 >>> Integer.numberOfLeadingZeros(keys.length) + 1;
    }

    private int slot(int xid) {
        int slot = home(xid);
        while (keys[slot] != FREE && keys[slot] != xid) {
            slot = slot + 1 & keys.length - 1;
        }
        return slot;
    }

    boolean has(int xid) {
        return keys[slot(xid)] == xid;
    }

    /** The transaction's tally; a new one that begins with {@code firstRecord} if there is none. */
    TransactionTally get(int xid, long full, long firstRecord) {
        int slot = slot(xid);
        if (keys[slot] == xid) {
            return tallies[slot];
        }
        if (2 * (count + 1) > keys.length) {
            grow();
            slot = slot(xid);
        }
        count++;
        keys[slot] = xid;
        TransactionTally tally = unused.isEmpty() ? new TransactionTally() : unused.pop();
        tallies[slot] = tally.begin(full, firstRecord);
        return tally;
    }

    private void grow() {
        int[] oldKeys = keys;
        TransactionTally[] oldTallies = tallies;
        keys = new int[2 * oldKeys.length];
        tallies = new TransactionTally[2 * oldKeys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != FREE) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                tallies[slot] = oldTallies[i];
            }
        }
    }

    /** Removes a transaction that is there; its tally may be another's from now on. */
    void remove(int xid) {
        int free = slot(xid);
        unused.push(tallies[free]);
        count--;
        keys[free] = FREE;
        // Those that were moved on because this slot was taken move back.
        for (int next = free + 1 & keys.length - 1; keys[next] != FREE; next = next + 1 & keys.length - 1) {
            int distance = next - home(keys[next]) & keys.length - 1;
            if (distance >= (next - free & keys.length - 1)) {
                keys[free] = keys[next];
                tallies[free] = tallies[next];
                keys[next] = FREE;
                free = next;
            }
        }
    }

    /** Empties the table; what was in it, in the order of the first records, which may be others' from now on. */
    List<TransactionTally> clear() {
        List<TransactionTally> left = new ArrayList<>(count);
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != FREE) {
                left.add(tallies[i]);
            }
        }
        left.sort(Comparator.comparingLong(TransactionTally::first).thenComparing(TransactionTally::xid));
        Arrays.fill(keys, FREE);
        unused.addAll(left);
        count = 0;
        return left;
    }
}
