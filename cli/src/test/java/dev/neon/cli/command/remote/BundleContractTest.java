package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.ancestry.Tip;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.repository.Repository;
import dev.neon.sync.Depth;
import dev.neon.sync.Inventory;
import dev.neon.sync.Remote;
import dev.neon.sync.RemoteRefs;
import dev.neon.sync.RepositoryEndpoint;
import dev.neon.sync.wire.Bundle;
import dev.neon.sync.wire.BundleWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A repository in one file. */
class BundleContractTest extends ReadContract {
    private int number;

    @Override
    Remote open(Path repository) {
        Repository opened = Repositories.open(repository);
        Path file = directory.resolve("bundle-" + number++);
        try (RepositoryEndpoint endpoint = Repositories.endpoint("bundled", opened)) {
            RemoteRefs refs = endpoint.refs(List.of());
            List<Tip> tips = refs.refs().values().stream().map(point -> new Tip(point.timeline(), point.lsn())).distinct().toList();
            BundleWriter.write(opened.files(), file, new RemoteRefs(RepositoryId.random(), refs.cluster(), refs.head(), refs.refs()),
                    endpoint.inventory(tips, Depth.ALL), endpoint.source());
        }
        new Bundle("there", file).verify();
        return new Bundle("there", file);
    }

    /** One of its own. */
    @Override
    RepositoryId id(Repository repository, RemoteRefs told) {
        return told.id();
    }

    @Test
    void cannotBePushedTo() {
        try (Remote remote = open()) {
            RepositoryId from = RepositoryId.random();
            assertThrows(UnsupportedException.class, () -> remote.offer(from, new Inventory(List.of(), List.of())));
            assertThrows(UnsupportedException.class, () -> remote.put(from, List.of(), _ -> {
                throw new AssertionError();
            }));
            assertThrows(UnsupportedException.class, () -> remote.update(from, List.of(), true));
        }
    }
}
