package dev.neon.gc;

import dev.neon.gc.Holdings.Item;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.SnapshotStore;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who needs how much of a repository: bytes of snapshots and WAL segments, as their files say. A segment counts whole if
 * any of it is needed.
 *
 * @param refs     in the order of their names within a kind
 * @param others   what no ref needs but the operation log, a lease or a server
 * @param needed   what all of them need together
 * @param unneeded what nobody needs
 */
public record DiskUse(Map<RefName, Share> refs, long others, long needed, long unneeded) {
    /**
     * What one ref needs.
     *
     * @param bytes all of it
     * @param alone of that, what no other ref needs: it would be free if the ref went, once the operation log and leases
     *              let go of it
     */
    public record Share(long bytes, long alone) {}

    /**
     * Finds out.
     *
     * @param facts and {@code roots} of this repository
     * @throws dev.neon.repo.error.NotFoundException      if a timeline names what is not there
     * @throws dev.neon.repo.error.CorruptFileException   if a history or a manifest is damaged
     * @throws dev.neon.repo.error.StorageFailedException if a file cannot be read
     */
    public static DiskUse of(Repository repository, SnapshotStore snapshots, RepositoryFacts facts, Roots roots) {
        Holdings holdings = Holdings.read(repository, snapshots);
        long needed = sum(holdings.items(Reachability.of(roots.all(), facts.timelines())));
        // What all need together is what each needs, so it is enough to look at one line at a time.
        Map<RefName, Long> bytes = new LinkedHashMap<>();
        Map<Item, Optional<RefName>> onlyOwner = new HashMap<>();
        roots.refs().forEach((name, root) -> {
            List<Item> items = holdings.items(Reachability.of(List.of(root), facts.line(root.timeline()))).toList();
            bytes.put(name, sum(items.stream()));
            items.forEach(item -> onlyOwner.merge(item, Optional.of(name), (_, _) -> Optional.empty()));
        });
        Map<RefName, Long> alone = new HashMap<>();
        onlyOwner.forEach((item, owner) -> owner.ifPresent(name -> alone.merge(name, item.bytes(), Long::sum)));
        Map<RefName, Share> shares = new LinkedHashMap<>();
        bytes.forEach((name, all) -> shares.put(name, new Share(all, alone.getOrDefault(name, 0L))));
        return new DiskUse(shares, needed - sum(onlyOwner.keySet().stream()), needed, sum(holdings.items()) - needed);
    }

    private static long sum(Stream<Item> items) {
        return items.mapToLong(Item::bytes).sum();
    }
}
