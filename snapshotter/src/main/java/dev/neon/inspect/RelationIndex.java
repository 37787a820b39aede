package dev.neon.inspect;

import dev.neon.repo.RelFileLocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Numbers relations in the order in which they are met, without an object for one that was met before. */
final class RelationIndex {
    private static final int FREE = -1;

    private final List<RelFileLocator> relations = new ArrayList<>();
    /** An open hash table with a power of two of slots, at most half of them taken. */
    private int[] slots = new int[64];

    RelationIndex() {
        Arrays.fill(slots, FREE);
    }

    int numberOf(int tablespace, int database, int relation) {
        for (int slot = hash(tablespace, database, relation);; slot++) {
            int number = slots[slot & slots.length - 1];
            if (number == FREE) {
                return add(new RelFileLocator(tablespace, database, relation));
            }
            RelFileLocator found = relations.get(number);
            if (found.relation() == relation && found.database() == database && found.tablespace() == tablespace) {
                return number;
            }
        }
    }

    private int add(RelFileLocator relation) {
        relations.add(relation);
        if (relations.size() * 2 > slots.length) {
            slots = new int[slots.length * 2];
            Arrays.fill(slots, FREE);
            for (int number = 0; number < relations.size(); number++) {
                put(relations.get(number), number);
            }
        } else {
            put(relation, relations.size() - 1);
        }
        return relations.size() - 1;
    }

    private void put(RelFileLocator relation, int number) {
        int slot = hash(relation.tablespace(), relation.database(), relation.relation());
        while (slots[slot & slots.length - 1] != FREE) {
            slot++;
        }
        slots[slot & slots.length - 1] = number;
    }

    private static int hash(int tablespace, int database, int relation) {
        int mixed = (relation * 31 + database) * 31 + tablespace;
        return mixed * 0x9E3779B9 >>> 8;
    }

    /** By their numbers. */
    List<RelFileLocator> relations() {
        return relations;
    }
}
