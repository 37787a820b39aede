package dev.neon.repo.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimelineStoreTest {
    private static final TimelineId A = new TimelineId("a".repeat(32));
    private static final TimelineId B = new TimelineId("b".repeat(32));
    private static final RepositoryId OWNER = new RepositoryId("0f".repeat(16));
    private static final Instant NOW = Instant.parse("2026-11-21T07:35:31Z");
    private static final TimelineHistory ROOT = new TimelineHistory(A, Optional.of(OWNER),
            Optional.of(new ClusterIdentity(18, -1L, 1 << 24, false, 3)), Optional.of(NOW), Optional.empty(),
            List.of());

    @TempDir Path directory;
    private TimelineStore store;

    @BeforeEach
    void open() {
        store = new TimelineStore(directory.resolve("timelines"), new DurableFiles(new NioFileSteps()));
    }

    @Test
    void writesTheseBytes() throws IOException {
        store.create(ROOT.fork(B, OWNER, Lsn.parse("0/15ECF68"), "branch\tx", NOW, Optional.of("read-only")),
                Map.of("pg_hba.conf", new byte[] {65}));
        assertEquals("""
                id: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
                owner: 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f
                created: 2026-11-21T07:35:31Z
                postgres: 18
                system-identifier: 18446744073709551615
                segment-size: 16777216
                checksums: off
                wal-timeline: 3
                purpose: read-only
                aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\t0/15ECF68\tbranch\\tx
                """, Files.readString(store.directory(B).resolve("history")));
        assertEquals("A", Files.readString(store.settingsDirectory(B).resolve("pg_hba.conf")));
    }

    @Test
    void createsListsAndRemoves() throws IOException {
        assertEquals(List.of(), store.list());
        store.create(ROOT, Map.of());
        TimelineHistory child = ROOT.fork(B, OWNER, new Lsn(8), "why", NOW, Optional.empty());
        store.create(child, Map.of());
        Files.createDirectory(directory.resolve("timelines/.tmp-0123456789abcdef"));
        assertEquals(List.of(A, B), store.list());
        assertEquals(child, store.history(B));
        assertEquals(Optional.of(new Ancestor(A, new Lsn(8), "why")), store.history(B).parent());
        assertThrows(AlreadyExistsException.class, () -> store.create(ROOT, Map.of()));
        store.remove(A);
        store.remove(A);
        assertEquals(List.of(B), store.list());
        assertThrows(NotFoundException.class, () -> store.history(A));
    }

    @Test
    void aForkBeforeTheForkPointIsAMistake() {
        TimelineHistory child = ROOT.fork(B, OWNER, new Lsn(8), "why", NOW, Optional.empty());
        assertThrows(IllegalArgumentException.class,
                () -> child.fork(TimelineId.random(), OWNER, new Lsn(7), "why", NOW, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "id: cccccccccccccccccccccccccccccccc", "postgres: 18", "created: today",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\tx\ty", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\t0/1\ty\nlate: key",
        "postgres: 18\nsystem-identifier: 1\nsegment-size: 1\nchecksums: maybe\nwal-timeline: 1"})
    void damage(String text) throws IOException {
        store.create(ROOT, Map.of());
        Path file = store.directory(A).resolve("history");
        Files.writeString(file, text);
        assertEquals(file, assertThrows(CorruptFileException.class, () -> store.history(A)).path());
        Files.delete(file);
        assertEquals(file, assertThrows(CorruptFileException.class, () -> store.history(A)).path());
    }
}
