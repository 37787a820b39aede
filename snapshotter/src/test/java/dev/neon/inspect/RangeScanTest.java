package dev.neon.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.progress.Progress;
import dev.neon.wal.CraftedWal;
import dev.neon.wal.RecordSearch;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import dev.neon.wal.WalkEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading in pieces and on several threads, against one reader that goes from the beginning to the end. */
class RangeScanTest {
    private static final long PIECE = 32 << 10;

    @TempDir
    private Path directory;

    /** Where records start; in a {@code Tally}. */
    private static final class Starts implements Tally<Starts> {
        private final List<Long> starts = new ArrayList<>();

        @Override
        public void count(WalReader reader) {
            starts.add(reader.startLsn());
        }

        @Override
        public void add(Starts later) {
            starts.addAll(later.starts);
        }
    }

    private record Outcome(List<Long> starts, Lsn end, Optional<String> why) {}

    private static Outcome plain(WalRange range) {
        List<Long> starts = new ArrayList<>();
        Lsn end = range.from();
        try (WalReader reader = RecordSearch.atOrAfter(range.source(), range.from())
                .orElseGet(() -> WalReader.from(range.source(), range.from()))) {
            end = reader.end();
            while (reader.end().value() < range.limit() && reader.next() && reader.dataEnd() <= range.limit()) {
                starts.add(reader.startLsn());
                end = reader.end();
            }
            return new Outcome(starts, end, end.value() < range.limit() ? reader.why().map(WalkEnd::toString)
                    : Optional.empty());
        }
    }

    private static Outcome inPieces(WalRange range, int threads) throws InterruptedException {
        Starts sum = new Starts();
        Scan scan = new RangeScan<>(range, Starts::new, sum, Progress.NONE.begin("", 0, Progress.Unit.BYTES), PIECE)
                .run(threads);
        assertEquals(sum.starts.stream().findFirst().map(Lsn::new), scan.first());
        return new Outcome(sum.starts, scan.end(), scan.why().map(WalkEnd::toString));
    }

    /** Records of all lengths, some longer than pieces and segments, switches, and records that were given up. */
    private static CraftedWal random(Random random) {
        CraftedWal wal = new CraftedWal(PostgresMajor.V17);
        while (wal.end().value() < 8L * CraftedWal.SEGMENT) {
            switch (random.nextInt(200)) {
                case 0 -> wal.switchSegment();
                case 1 -> wal.abandonRecordAndGoOn();
                case 2 -> wal.record(random.nextInt(100_000, 1_500_000));
                case 3, 4, 5, 6, 7, 8 -> wal.record(random.nextInt(8000, 40_000));
                default -> wal.record(random.nextInt(24, 2000));
            }
        }
        return wal;
    }

    private static void assertSame(WalSource source, Random random, Lsn begin, Lsn end, String label)
            throws InterruptedException {
        for (int i = 0; i < 12; i++) {
            Lsn from = i == 0 ? begin : begin.plus(random.nextLong(end.minus(begin)));
            Optional<Lsn> to = i % 3 == 0 ? Optional.empty() : Optional.of(from.plus(random.nextLong(end.minus(from))));
            WalRange range = new WalRange(source, from, to);
            Outcome expected = plain(range);
            for (int threads : new int[] {1, 3}) {
                assertEquals(expected, inPieces(range, threads), label + ", " + range + ", threads " + threads);
            }
        }
    }

    @Test
    void piecesMakeTheWhole() throws Exception {
        for (int round = 0; round < 4; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            CraftedWal wal = random(random);
            WalSource source = wal.source(directory.resolve("sound" + round));
            assertSame(source, random, wal.records().getFirst().start(), wal.end(), "seed " + seed);
        }
    }

    @Test
    void damageEndsTheWalkWhereOneReaderEnds() throws Exception {
        for (int round = 0; round < 6; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            CraftedWal wal = random(random);
            Path place = directory.resolve("damaged" + round);
            WalSource source = wal.source(place);
            damage(place, random);
            assertSame(source, random, wal.records().getFirst().start(), wal.end(), "seed " + seed);
        }
    }

    private static void damage(Path place, Random random) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            List<Path> segments = files.sorted().toList();
            Path segment = segments.get(random.nextInt(segments.size()));
            if (random.nextInt(4) == 0) {
                Files.delete(segment);
            } else {
                byte[] bytes = Files.readAllBytes(segment);
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(segment, bytes);
            }
        }
    }
}
