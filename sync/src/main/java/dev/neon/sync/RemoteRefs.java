package dev.neon.sync;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What another repository has.
 *
 * @param cluster whose history it is; empty if it has none yet
 * @param head    the branch that HEAD is on, if it has one; that need not exist
 * @param refs    branches and tags; all that were asked for
 */
public record RemoteRefs(RepositoryId id, Optional<ClusterIdentity> cluster, Optional<RefName> head,
        SortedMap<RefName, RefTarget.Point> refs) {}
