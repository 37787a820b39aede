package dev.neon.gc;

import dev.neon.gc.Holdings.Item;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.SnapshotStore;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
        Holdings holdings = Holdings.read(repository, snapshots, facts);
        long needed = Holdings.bytes(holdings.items(Reachability.of(roots.all(), facts.timelines())).stream());
        Owners owners = Owners.of(holdings, facts, roots.refs().values());
        Map<RefName, Share> shares = new LinkedHashMap<>();
        roots.refs().forEach((name, root) -> shares.put(name, owners.share(root)));
        return new DiskUse(shares, needed - Holdings.bytes(owners.only().keySet().stream()), needed,
                Holdings.bytes(holdings.items()) - needed);
    }

    /**
     * What each root needs, and what of that no other root does.
     *
     * @param roots    in the order of {@link Roots#all}
     * @param needed   what all of them need together
     * @param unneeded what nobody needs
     */
    public record OfEach(Map<Root, Share> roots, long needed, long unneeded) {
        /** Finds out, as {@link DiskUse#of}. */
        public static OfEach of(Repository repository, SnapshotStore snapshots, RepositoryFacts facts, Roots roots) {
            Holdings holdings = Holdings.read(repository, snapshots, facts);
            Owners owners = Owners.of(holdings, facts, roots.all());
            Map<Root, Share> shares = new LinkedHashMap<>();
            roots.all().forEach(root -> shares.put(root, owners.share(root)));
            long needed = Holdings.bytes(owners.only().keySet().stream());
            return new OfEach(shares, needed, Holdings.bytes(holdings.items()) - needed);
        }
    }

    /**
     * Who needs which items.
     *
     * @param bytes what each root needs
     * @param only  the items that any needs, each with its root if no other needs it
     */
    private record Owners(Map<Root, Long> bytes, Map<Item, Optional<Root>> only, Map<Root, Long> alone) {
        /** What all need together is what each needs, so it is enough to look at one line at a time. */
        static Owners of(Holdings holdings, RepositoryFacts facts, Collection<Root> roots) {
            Owners owners = new Owners(new HashMap<>(), new HashMap<>(), new HashMap<>());
            for (Root root : roots) {
                Set<Item> items = holdings.items(Reachability.of(List.of(root), facts.line(root.timeline())));
                if (owners.bytes.put(root, Holdings.bytes(items.stream())) == null) {
                    items.forEach(item -> owners.only.merge(item, Optional.of(root), (_, _) -> Optional.empty()));
                }
            }
            owners.only.forEach((item, owner) -> owner.ifPresent(root ->
                    owners.alone.merge(root, item.bytes(), Long::sum)));
            return owners;
        }

        Share share(Root root) {
            return new Share(bytes.get(root), alone.getOrDefault(root, 0L));
        }
    }
}
