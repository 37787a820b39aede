package dev.neon.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.PromisedPart;
import dev.neon.repo.TimelineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A parent with the segments 1 to 3, of which 2 is promised, and a fork in segment 3 with 3 and 4, both promised. */
class PromisedWalTest {
    private static final int SEGMENT = 1 << 20;
    private static final ClusterIdentity CLUSTER = new ClusterIdentity(18, 42, SEGMENT, true, 1);

    @TempDir
    Path directory;

    private Path parent;
    private Path child;
    private final List<Long> brought = new ArrayList<>();

    @BeforeEach
    void make() throws IOException {
        parent = Files.createDirectory(directory.resolve("parent"));
        child = directory.resolve("child");
        write(parent, 1);
        write(parent, 3);
    }

    private static Path file(Path wal, long number) {
        return wal.resolve(new SegmentName(1, number, SEGMENT).toString());
    }

    private static void write(Path wal, long number) {
        try {
            Files.createDirectories(wal);
            Files.write(file(wal, number), new byte[SEGMENT]);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private PromisedWal promised(Path wal, Long... numbers) {
        return new PromisedWal() {
            @Override
            public SortedSet<Long> segments() {
                return new TreeSet<>(List.of(numbers));
            }

            @Override
            public List<PromisedPart> missing(long number) {
                return List.of(part(number));
            }

            @Override
            public void bring(long number) {
                brought.add(number);
                write(wal, number);
            }
        };
    }

    private static PromisedPart part(long number) {
        return new PromisedPart.Wal(new TimelineId("0".repeat(32)), start(number), start(number + 1));
    }

    private static Lsn start(long number) {
        return new Lsn(number * SEGMENT);
    }

    private WalSource source() {
        Lsn fork = start(3).plus(1000);
        return WalSource.of(CLUSTER, List.of(new WalSpan(parent, Lsn.ZERO, Optional.of(fork), promised(parent, 2L)),
                new WalSpan(child, fork, Optional.empty(), promised(child, 3L, 4L))));
    }

    @Test
    void countsAsThere() {
        WalSource source = source();
        for (long number = 1; number <= 4; number++) {
            assertTrue(source.has(number), "segment " + number);
        }
        assertFalse(source.has(5));
        assertEquals(Optional.of(start(1)), source.begin());
        assertEquals(Optional.of(start(5)), source.limit());
        assertEquals(Optional.of(file(parent, 1)), source.path(1));
        assertEquals(Optional.empty(), source.path(2));
        assertEquals(Optional.empty(), source.path(3), "the parent's ends at the fork");
        assertEquals(List.of(part(2), part(3), part(4)), source.missing(start(1), start(4).plus(1)));
        assertEquals(List.of(part(2)), source.missing(start(2), start(3)));
        assertEquals(List.of(), source.missing(start(1), start(2)));
        assertEquals(List.of(), brought);
    }

    @Test
    void isBroughtWhenItIsOpened() {
        WalSource source = source();
        for (long number = 1; number <= 4; number++) {
            source.open(number).orElseThrow().close();
        }
        assertEquals(List.of(2L, 3L, 4L), brought);
        assertEquals(Optional.of(file(child, 3)), source.path(3));
        source.open(3).orElseThrow().close();
        assertEquals(3, brought.size());
        assertEquals(List.of(), source.missing(start(1), start(5)));
        assertTrue(source.open(5).isEmpty());
    }

    @Test
    void orNot() {
        WalSource source = source().withoutPromised();
        assertTrue(source.open(2).isEmpty());
        assertTrue(source.open(3).isEmpty(), "the parent's ends at the fork");
        assertFalse(source.has(4));
        assertEquals(Optional.of(start(4)), source.limit());
        assertEquals(List.of(), source.missing(start(1), start(5)));
        assertEquals(List.of(), brought);
    }
}
