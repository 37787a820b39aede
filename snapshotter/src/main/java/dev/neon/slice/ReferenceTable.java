package dev.neon.slice;

import dev.neon.repo.RelFileLocator;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@link References} by section: a hash table that is asked without an object, for every block of every record. */
final class ReferenceTable {
    private static final int SMALLEST = 256;
    private static final int FIELDS = 5;

    private final long rangeStart;
    private int[] keys = new int[SMALLEST * FIELDS];
    private @Nullable References[] values = new References[SMALLEST];
    private int count;
    /** What was asked for last: one record's blocks, and often the next one's, are of the same section. */
    private @Nullable References last;

    ReferenceTable(long rangeStart) {
        this.rangeStart = rangeStart;
    }

    /** Those of the section that a block belongs to, new ones if there are none yet. */
    References get(int tablespace, int database, int relation, int fork, int block) {
        References recent = last;
        if (recent != null && recent.isOf(tablespace, database, relation, fork, block)) {
            return recent;
        }
        References found = find(tablespace, database, relation, fork, block);
        last = found;
        return found;
    }

    private References find(int tablespace, int database, int relation, int fork, int block) {
        int segment = block >>> 17;
        int slot = slot(tablespace, database, relation, fork, segment);
        References found = values[slot];
        if (found != null) {
            return found;
        }
        Section section = new Section(new ForkKey(new RelFileLocator(tablespace, database, relation), fork), segment);
        References made = new References(section, rangeStart);
        put(slot, made);
        if (2 * ++count > values.length) {
            grow();
        }
        return made;
    }

    /** Where the section is, or may be put. */
    private int slot(int tablespace, int database, int relation, int fork, int segment) {
        int mask = values.length - 1;
        int hash = ((((relation * 31 + database) * 31 + segment) * 31 + fork) * 31 + tablespace) * 0x9E3779B9;
        int slot = (hash ^ hash >>> 15) & mask;
        while (values[slot] != null) {
            int at = slot * FIELDS;
            if (keys[at] == relation && keys[at + 1] == segment && keys[at + 2] == fork && keys[at + 3] == database
                    && keys[at + 4] == tablespace) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void put(int slot, References value) {
        ForkKey fork = value.section().fork();
        int at = slot * FIELDS;
        keys[at] = fork.relation().relation();
        keys[at + 1] = value.section().segment();
        keys[at + 2] = fork.fork();
        keys[at + 3] = fork.relation().database();
        keys[at + 4] = fork.relation().tablespace();
        values[slot] = value;
    }

    private void grow() {
        List<References> all = all();
        keys = new int[2 * keys.length];
        values = new References[2 * values.length];
        for (References each : all) {
            RelFileLocator relation = each.section().fork().relation();
            put(slot(relation.tablespace(), relation.database(), relation.relation(), each.section().fork().fork(),
                    each.section().segment()), each);
        }
    }

    /** All, in no order. */
    List<References> all() {
        List<References> all = new ArrayList<>(count);
        for (References each : values) {
            if (each != null) {
                all.add(each);
            }
        }
        return all;
    }
}
