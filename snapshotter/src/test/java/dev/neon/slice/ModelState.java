package dev.neon.slice;

import dev.neon.page.Page;
import dev.neon.repo.layer.ForkKey;
import java.util.HashMap;
import java.util.Map;

/** Relations as a plain map of pages: what a cluster has at one LSN. Pages are not changed, they are replaced. */
final class ModelState {
    private static final byte[] ZEROS = new byte[Page.SIZE];

    private final Map<ForkKey, Integer> sizes;
    private final Map<ForkKey, Map<Integer, byte[]>> pages;

    ModelState() {
        this(new HashMap<>(), new HashMap<>());
    }

    private ModelState(Map<ForkKey, Integer> sizes, Map<ForkKey, Map<Integer, byte[]>> pages) {
        this.sizes = sizes;
        this.pages = pages;
    }

    ModelState copy() {
        Map<ForkKey, Map<Integer, byte[]>> copies = new HashMap<>();
        pages.forEach((fork, blocks) -> copies.put(fork, new HashMap<>(blocks)));
        return new ModelState(new HashMap<>(sizes), copies);
    }

    Map<ForkKey, Integer> sizes() {
        return sizes;
    }

    int size(ForkKey fork) {
        return sizes.getOrDefault(fork, 0);
    }

    boolean has(ForkKey fork, int block) {
        return block < size(fork);
    }

    byte[] page(ForkKey fork, int block) {
        return pages.getOrDefault(fork, Map.of()).getOrDefault(block, ZEROS);
    }

    void create(ForkKey fork) {
        sizes.putIfAbsent(fork, 0);
    }

    void put(ForkKey fork, int block, byte[] page) {
        sizes.merge(fork, block + 1, Math::max);
        pages.computeIfAbsent(fork, _ -> new HashMap<>()).put(block, page);
    }

    void truncate(ForkKey fork, int blocks) {
        if (blocks < size(fork)) {
            sizes.put(fork, blocks);
            pages.getOrDefault(fork, new HashMap<>()).keySet().removeIf(block -> block >= blocks);
        }
    }

    void drop(ForkKey fork) {
        sizes.remove(fork);
        pages.remove(fork);
    }

    void dropDatabase(int database) {
        sizes.keySet().removeIf(fork -> fork.relation().database() == database);
        pages.keySet().removeIf(fork -> fork.relation().database() == database);
    }

    /** Copies a fork as it is in a state before. */
    void copyFrom(ModelState source, ForkKey from, ForkKey to) {
        sizes.put(to, source.size(from));
        pages.put(to, new HashMap<>(source.pages.getOrDefault(from, Map.of())));
    }
}
