package dev.neon.catalog;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps for each key the value that counts most; of equals the one that came last. */
final class BestSaid<K, V> {
    private record Said<V>(V value, TupleState state) {}

    private final Map<K, Said<V>> all = new HashMap<>();

    void put(K key, V value, TupleState state) {
        Said<V> before = all.get(key);
        if (before == null || state.compareTo(before.state()) <= 0) {
            all.put(key, new Said<>(value, state));
        }
    }

    Optional<V> get(K key) {
        return Optional.ofNullable(all.get(key)).map(Said::value);
    }

    /** In no particular order. */
    List<V> values() {
        return all.values().stream().map(Said::value).toList();
    }
}
