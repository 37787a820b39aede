package dev.neon.compute.mustshow;

import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.Lsn;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** Record boundaries, sorted by what is written before them. */
public final class Points {
    private final Map<Integer, List<Lsn>> byKind = new TreeMap<>();
    private final List<Lsn> all = new ArrayList<>();

    private Points() {}

    /** Walks the WAL of a branch after a boundary to its end. */
    static Points after(TestWorkspace neon, String branch, Lsn from) {
        return after(neon.workspace().wal().source(neon.timeline(branch)), from);
    }

    /** Walks WAL after a boundary to its end. */
    public static Points after(WalSource source, Lsn from) {
        Points points = new Points();
        try (WalReader reader = WalReader.from(source, from)) {
            while (reader.next()) {
                points.all.add(reader.end());
                points.byKind.computeIfAbsent(reader.rmid() << 8 | reader.info() & 0xF0, kind -> new ArrayList<>()).add(reader.end());
            }
        }
        return points;
    }

    public int count() {
        return all.size();
    }

    /**
     * Random boundaries in rising order: half of them from all alike, half after a record of a kind chosen first, so
     * that the rare kinds (a prepared transaction, a new database, a truncation) have their share.
     */
    public List<Lsn> choose(int count, Random random) {
        TreeSet<Lsn> chosen = new TreeSet<>();
        List<List<Lsn>> kinds = List.copyOf(byKind.values());
        while (chosen.size() < Math.min(count, all.size())) {
            chosen.add(any(all, random));
            if (chosen.size() < count) {
                chosen.add(any(any(kinds, random), random));
            }
        }
        return List.copyOf(chosen);
    }

    private static <T> T any(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }
}
