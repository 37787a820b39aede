package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.ancestry.Tip;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotARepositoryException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.sync.Depth;
import dev.neon.sync.Fetch;
import dev.neon.sync.Inventory;
import dev.neon.sync.OfferedFile;
import dev.neon.sync.Piece;
import dev.neon.sync.PieceSink;
import dev.neon.sync.Remote;
import dev.neon.sync.RemoteRefs;
import dev.neon.sync.TimelineOffer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for each way to another repository, also for those by which it can only be read. */
abstract class ReadContract {
    static final RefName MAIN = RefName.branch("main");

    @TempDir
    Path directory;

    RemoteLab lab;
    Repository there;

    /** Opens a repository, or what is none. */
    abstract Remote open(Path repository);

    @BeforeEach
    void prepare() {
        lab = new RemoteLab(directory);
        there = Repositories.open(lab.origin("a").repository());
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    /** The id that is told of a repository. */
    RepositoryId id(Repository repository, RemoteRefs told) {
        return repository.id();
    }

    Remote open() {
        return open(there.directory());
    }

    Repository empty(String name) {
        return Repositories.create(directory.resolve(name).resolve(".neon"));
    }

    static Set<String> names(RemoteRefs refs) {
        return refs.refs().keySet().stream().map(RefName::full).collect(Collectors.toSet());
    }

    @Test
    void refs() {
        try (Remote remote = open()) {
            RemoteRefs refs = remote.refs(List.of());
            assertEquals(id(there, refs), refs.id());
            assertEquals(Optional.of(MAIN), refs.head());
            ClusterIdentity cluster = refs.cluster().orElseThrow();
            assertEquals(Repositories.wal(there).identity(refs.refs().get(MAIN).timeline()), cluster);
            assertEquals(Set.of("refs/branches/main", "refs/branches/other", "refs/tags/v1"), names(refs));
            assertEquals(there.refs().read(RefName.tag("v1")), Optional.of(refs.refs().get(RefName.tag("v1"))));
            assertEquals(Optional.of("the first"), refs.refs().get(RefName.tag("v1")).message());
            assertEquals(Set.of("refs/tags/v1"), names(remote.refs(List.of("refs/tags/"))));
            assertEquals(Set.of("refs/tags/v1", "refs/branches/main"), names(remote.refs(List.of("refs/tags/", "refs/branches/m"))));
            assertEquals(Set.of(), names(remote.refs(List.of("refs/none/", "ä\u2028"))));
            assertEquals(refs, remote.refs(List.of()));
        }
    }

    @Test
    void refsOfAnEmptyOne() {
        Repository empty = empty("empty");
        try (Remote remote = open(empty.directory())) {
            RemoteRefs refs = remote.refs(List.of());
            assertEquals(new RemoteRefs(id(empty, refs), Optional.empty(), Optional.of(MAIN), new java.util.TreeMap<>()), refs);
        }
    }

    @Test
    void manyRefs() {
        RefTarget.Point point = (RefTarget.Point) there.refs().read(RefName.tag("v1")).orElseThrow();
        for (int i = 0; i < 3; i++) {
            var transaction = there.refs().begin("test");
            for (int j = 0; j < 700; j++) {
                transaction.create(RefName.tag("many/" + "x".repeat(100) + "-" + i + "-" + j), point);
            }
            transaction.commit();
        }
        try (Remote remote = open()) {
            assertEquals(2103, remote.refs(List.of()).refs().size());
            assertEquals(2100, remote.refs(List.of("refs/tags/many/")).refs().size());
        }
    }

    /** Collects pieces. */
    static final class Collected implements PieceSink {
        private final Map<Piece, ByteArrayOutputStream> pieces = new HashMap<>();

        @Override
        public void append(Piece piece, long at, ByteBuffer content) {
            ByteArrayOutputStream bytes = pieces.computeIfAbsent(piece, _ -> new ByteArrayOutputStream());
            assertEquals(bytes.size(), at);
            assertTrue(content.remaining() <= 1 << 20);
            byte[] some = new byte[content.remaining()];
            content.get(some);
            bytes.writeBytes(some);
        }
    }

    @Test
    void pieces() throws Exception {
        try (Remote remote = open()) {
            RefTarget.Point tip = remote.refs(List.of()).refs().get(MAIN);
            Inventory inventory = remote.inventory(List.of(new Tip(tip.timeline(), tip.lsn())), Depth.ALL);
            TimelineOffer offer = inventory.of(tip.timeline()).orElseThrow();
            assertEquals(tip.lsn(), offer.end());
            assertEquals(there.timelines().history(tip.timeline()).text(), offer.text());
            Path root = there.timelines().directory(tip.timeline());
            List<Piece> wanted = new ArrayList<>();
            for (OfferedFile file : offer.files()) {
                assertEquals(Files.size(root.resolve(file.path())), file.bytes());
                wanted.add(new Piece.OfFile(tip.timeline(), file.path(), Math.min(3, file.bytes()), file.bytes()));
            }
            Lsn from = offer.wal().getFirst().from();
            wanted.add(new Piece.OfWal(tip.timeline(), from.plus(8192), tip.lsn()));
            Collected collected = new Collected();
            remote.get(wanted, collected);
            for (Piece piece : wanted) {
                byte[] bytes = Files.readAllBytes(piece instanceof Piece.OfFile part ? root.resolve(part.path())
                        : root.resolve("wal/000000010000000000000001"));
                int begin = piece instanceof Piece.OfFile part ? (int) part.from() : 8192;
                byte[] expected = java.util.Arrays.copyOfRange(bytes, begin, begin + (int) piece.bytes());
                byte[] found = piece.bytes() == 0 ? new byte[0] : collected.pieces.get(piece).toByteArray();
                assertArrayEquals(expected, found, piece.toString());
            }
        }
    }

    /** Failures keep what they are: a command ends with the same code wherever the other side is. */
    @Test
    void failures() {
        TimelineId none = TimelineId.random();
        try (Remote remote = open()) {
            assertThrows(NotFoundException.class, () -> remote.inventory(List.of(new Tip(none, new Lsn(42))), Depth.ALL));
        }
        TimelineId main = tip().timeline();
        try (Remote remote = open()) {
            assertThrows(NotFoundException.class, () -> remote.inventory(List.of(new Tip(main, tip().lsn().plus(1 << 20))), Depth.ALL));
        }
        for (Piece piece : List.of(new Piece.OfWal(main, new Lsn(1L << 40), new Lsn((1L << 40) + 1)),
                new Piece.OfFile(main, "snapshots/0000000000000000/manifest", 0, 10),
                new Piece.OfFile(main, "settings/postgresql.conf", 0, 1 << 28))) {
            try (Remote remote = open()) {
                NeonException failure = assertThrows(NeonException.class, () -> remote.get(List.of(piece), new Collected()));
                assertTrue(failure instanceof NotFoundException, piece + ": " + failure);
            }
        }
        for (String path : List.of("../../config", "settings/../../../config", "/etc/passwd", "snapshots/0000000000000000/../../history")) {
            try (Remote remote = open()) {
                assertThrows(NeonException.class, () -> remote.get(List.of(new Piece.OfFile(main, path, 0, 10)), new Collected()));
            }
        }
        assertThrows(NotARepositoryException.class, () -> {
            try (Remote remote = open(directory)) {
                remote.refs(List.of());
            }
        });
    }

    Tip tip() {
        RefTarget.Point tip = Repositories.endpoint("there", there).refs(List.of()).refs().get(MAIN);
        return new Tip(tip.timeline(), tip.lsn());
    }

    @Test
    void fetch() {
        Repository here = empty("here");
        try (Remote remote = open()) {
            Fetch.Result first = Repositories.fetch(here).run(remote, "origin", Fetch.Request.ALL);
            assertTrue(first.bytes() > 1 << 20, first.toString());
            assertEquals(4, first.changes().size());
            Fetch.Result second = Repositories.fetch(here).run(remote, "origin", Fetch.Request.ALL);
            assertEquals(0, second.bytes());
            assertEquals(List.of(), second.changes());
            // With all that there is already.
            Fetch.Result third = Repositories.fetch(here).run(remote, "again", Fetch.Request.ALL);
            assertEquals(0, third.bytes());
            assertEquals(3, third.changes().size());
        }
        assertEquals(there.refs().read(RefName.tag("v1")), here.refs().read(RefName.tag("v1")));
        Repositories.requireSound(here);
    }
}
