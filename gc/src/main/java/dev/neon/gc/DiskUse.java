package dev.neon.gc;

import dev.neon.repo.refs.RefName;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.SnapshotStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who needs how much of a repository: bytes of snapshots and WAL segments, as their files say. A segment counts whole if
 * any of it is needed.
 *
 * @param refs     in the order of their names within a kind
 * @param needed   what all refs need together
 * @param unneeded what none of them needs
 */
public record DiskUse(Map<RefName, Share> refs, long needed, long unneeded) {
    /**
     * What one ref needs.
     *
     * @param bytes all of it
     * @param alone of that, what no other ref needs: it would be free if the ref went
     */
    public record Share(long bytes, long alone) {}

    /**
     * Finds out.
     *
     * @throws dev.neon.repo.error.NotFoundException      if a ref or a timeline names what is not there
     * @throws dev.neon.repo.error.CorruptFileException   if a history or a manifest is damaged
     * @throws dev.neon.repo.error.StorageFailedException if a file cannot be read
     */
    public static DiskUse of(Repository repository, SnapshotStore snapshots) {
        RepositoryFacts facts = RepositoryFacts.read(repository, snapshots);
        Holdings holdings = Holdings.read(repository, snapshots);
        List<TimelineFacts> timelines = facts.timelines();
        Map<RefName, Root> roots = facts.refs();
        long all = holdings.bytes(Reachability.of(roots.values(), timelines));
        Map<RefName, Share> shares = new LinkedHashMap<>();
        roots.forEach((name, root) -> {
            List<Root> others = new ArrayList<>(roots.values());
            others.remove(root);
            shares.put(name, new Share(holdings.bytes(Reachability.of(List.of(root), timelines)),
                    all - holdings.bytes(Reachability.of(others, timelines))));
        });
        return new DiskUse(shares, all, holdings.bytes() - all);
    }
}
