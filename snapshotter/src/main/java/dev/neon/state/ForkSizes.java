package dev.neon.state;

import dev.neon.repo.RelFileLocator;
import dev.neon.repo.layer.ForkKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * How many blocks each fork has: a hash table of numbers, since each block reference of WAL is looked up. Open addressing;
 * what is removed is closed up.
 */
final class ForkSizes {
    private static final int KEY = 4;
    private static final int TABLESPACE = 0;
    private static final int DATABASE = 1;
    private static final int RELATION = 2;
    /** One more than the fork's number; 0 where there is none. */
    private static final int FORK = 3;

    private int[] keys;
    private int[] blocks;
    private int count;
    /** Where the last one that was asked for is: the next is the same, mostly. */
    private int last;

    ForkSizes() {
        keys = new int[64 * KEY];
        blocks = new int[64];
    }

    private ForkSizes(ForkSizes other) {
        keys = other.keys.clone();
        blocks = other.blocks.clone();
        count = other.count;
    }

    ForkSizes copy() {
        return new ForkSizes(this);
    }

    boolean contains(ForkKey fork) {
        return find(fork) >= 0;
    }

    /** Unsigned; 0 if there is no such fork. */
    int blocks(ForkKey fork) {
        int at = find(fork);
        return at < 0 ? 0 : blocks[at];
    }

    /**
     * Makes sure that a fork has so many blocks.
     *
     * @return whether the fork is new
     */
    boolean extend(int tablespace, int database, int relation, int fork, int atLeast) {
        int at = find(tablespace, database, relation, fork);
        boolean isNew = at < 0;
        if (isNew) {
            at = insert(tablespace, database, relation, fork);
        }
        if (Integer.compareUnsigned(blocks[at], atLeast) < 0) {
            blocks[at] = atLeast;
        }
        return isNew;
    }

    /** Sets the size of a fork, which is made if there is none. */
    void set(ForkKey fork, int size) {
        RelFileLocator relation = fork.relation();
        extend(relation.tablespace(), relation.database(), relation.relation(), fork.fork(), 0);
        blocks[find(fork)] = size;
    }

    /** @return whether there was one */
    boolean remove(ForkKey fork) {
        int gap = find(fork);
        if (gap < 0) {
            return false;
        }
        int mask = blocks.length - 1;
        keys[gap * KEY + FORK] = 0;
        count--;
        for (int at = gap + 1 & mask; keys[at * KEY + FORK] != 0; at = at + 1 & mask) {
            int home = home(at);
            // One that is found from its home on stays if its home lies between the gap and it.
            if ((at - home & mask) >= (at - gap & mask)) {
                System.arraycopy(keys, at * KEY, keys, gap * KEY, KEY);
                blocks[gap] = blocks[at];
                keys[at * KEY + FORK] = 0;
                gap = at;
            }
        }
        return true;
    }

    /** All forks, in their order. */
    List<ForkKey> forks() {
        return forks(fork -> true);
    }

    /** Those of a directory, in their order. */
    List<ForkKey> forks(DatabaseDirectory directory) {
        return forks(fork -> fork.relation().tablespace() == directory.tablespace()
                && fork.relation().database() == directory.database());
    }

    private List<ForkKey> forks(Predicate<ForkKey> include) {
        List<ForkKey> forks = new ArrayList<>();
        for (int at = 0; at < blocks.length; at++) {
            int key = at * KEY;
            if (keys[key + FORK] != 0) {
                ForkKey fork = new ForkKey(new RelFileLocator(keys[key + TABLESPACE], keys[key + DATABASE],
                        keys[key + RELATION]), keys[key + FORK] - 1);
                if (include.test(fork)) {
                    forks.add(fork);
                }
            }
        }
        forks.sort(null);
        return forks;
    }

    private int find(ForkKey fork) {
        RelFileLocator relation = fork.relation();
        return find(relation.tablespace(), relation.database(), relation.relation(), fork.fork());
    }

    private int find(int tablespace, int database, int relation, int fork) {
        // Several threads may look into what no longer changes.
        int guess = last;
        if (is(guess, tablespace, database, relation, fork)) {
            return guess;
        }
        int mask = blocks.length - 1;
        for (int at = hash(tablespace, database, relation, fork) & mask; keys[at * KEY + FORK] != 0;
                at = at + 1 & mask) {
            if (is(at, tablespace, database, relation, fork)) {
                last = at;
                return at;
            }
        }
        return -1;
    }

    private boolean is(int at, int tablespace, int database, int relation, int fork) {
        int key = at * KEY;
        return keys[key + RELATION] == relation && keys[key + FORK] == fork + 1 && keys[key + DATABASE] == database
                && keys[key + TABLESPACE] == tablespace;
    }

    private int home(int at) {
        int key = at * KEY;
        return hash(keys[key + TABLESPACE], keys[key + DATABASE], keys[key + RELATION], keys[key + FORK] - 1)
                & blocks.length - 1;
    }

    private static int hash(int tablespace, int database, int relation, int fork) {
        int mixed = ((tablespace * 31 + database) * 31 + relation) * 4 + fork;
        mixed *= 0x9E3779B9;
        return mixed ^ mixed >>> 15;
    }

    private int insert(int tablespace, int database, int relation, int fork) {
        if ((count + 1) * 2 > blocks.length) {
            grow();
        }
        int mask = blocks.length - 1;
        int at = hash(tablespace, database, relation, fork) & mask;
        while (keys[at * KEY + FORK] != 0) {
            at = at + 1 & mask;
        }
        int key = at * KEY;
        keys[key + TABLESPACE] = tablespace;
        keys[key + DATABASE] = database;
        keys[key + RELATION] = relation;
        keys[key + FORK] = fork + 1;
        blocks[at] = 0;
        count++;
        return at;
    }

    private void grow() {
        int[] oldKeys = keys;
        int[] oldBlocks = blocks;
        keys = new int[oldKeys.length * 2];
        blocks = new int[oldBlocks.length * 2];
        count = 0;
        for (int old = 0; old < oldBlocks.length; old++) {
            int key = old * KEY;
            if (oldKeys[key + FORK] != 0) {
                int at = insert(oldKeys[key + TABLESPACE], oldKeys[key + DATABASE], oldKeys[key + RELATION],
                        oldKeys[key + FORK] - 1);
                blocks[at] = oldBlocks[old];
            }
        }
    }
}
