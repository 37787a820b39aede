package dev.neon.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.repo.RelFileLocator;
import dev.neon.repo.layer.ForkKey;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ForkSizesTest {
    /** Beside a map of the library, with few names, so that forks come and go. */
    @Test
    void sizesAreThoseOfAMap() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ForkSizes sizes = new ForkSizes();
        TreeMap<ForkKey, Integer> expected = new TreeMap<>();
        for (int i = 0; i < 200_000; i++) {
            ForkKey fork = new ForkKey(new RelFileLocator(1663 + random.nextInt(2), 5 + random.nextInt(3),
                    16384 + random.nextInt(200)), random.nextInt(4));
            switch (random.nextInt(4)) {
                case 0 -> {
                    assertEquals(expected.containsKey(fork), sizes.remove(fork), "seed " + seed);
                    expected.remove(fork);
                }
                case 1 -> {
                    sizes.set(fork, i);
                    expected.put(fork, i);
                }
                case 2 -> {
                    RelFileLocator relation = fork.relation();
                    assertEquals(!expected.containsKey(fork), sizes.extend(relation.tablespace(), relation.database(),
                            relation.relation(), fork.fork(), i / 2), "seed " + seed);
                    expected.merge(fork, i / 2, Math::max);
                }
                default -> {
                    assertEquals(expected.getOrDefault(fork, 0), sizes.blocks(fork), "seed " + seed);
                    assertEquals(expected.containsKey(fork), sizes.contains(fork), "seed " + seed);
                }
            }
            if (i % 20_000 == 0) {
                assertEquals(List.copyOf(expected.keySet()), sizes.forks(), "seed " + seed);
                sizes = sizes.copy();
            }
        }
        DatabaseDirectory directory = new DatabaseDirectory(1664, 6);
        assertEquals(expected.keySet().stream().filter(fork -> fork.relation().tablespace() == 1664
                && fork.relation().database() == 6).toList(), sizes.forks(directory));
    }

    @Test
    void blocksAreUnsigned() {
        ForkSizes sizes = new ForkSizes();
        sizes.extend(1663, 5, 16384, 0, 0xFFFFFFF0);
        sizes.extend(1663, 5, 16384, 0, 7);
        assertEquals(0xFFFFFFF0, sizes.blocks(TestMetadata.fork(0)));
    }
}
