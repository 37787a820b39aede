package dev.neon.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.verified.Seam;
import dev.neon.wal.CraftedWal;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With segments that are known, what is found is the same as when all is read. */
class KnownSegmentsTest {
    private static final int ROUNDS = 60;
    private static final int LOGICAL_MESSAGE = 21;

    @TempDir
    private Path directory;

    /** Remembers what it is told; {@link #changed} are the segments whose files are not the same any more. */
    private static final class Remembered implements SegmentMemory {
        private record Entry(Seam before, Seam after, boolean isComplete) {}

        private final Map<Long, Entry> entries = new HashMap<>();
        private final Set<Long> changed = new HashSet<>();

        @Override
        public Optional<Known> known(long segment, Seam before) {
            return Optional.ofNullable(entries.get(segment)).filter(entry -> !changed.contains(segment)
                    && entry.before().equals(before)).map(entry -> new Known(entry.after(), entry.isComplete()));
        }

        @Override
        public boolean mayBeKnown(long segment) {
            return entries.containsKey(segment) && !changed.contains(segment) && entries.get(segment).isComplete();
        }

        @Override
        public void verified(long segment, Seam before, Seam after, boolean isComplete) {
            entries.put(segment, new Entry(before, after, isComplete));
            changed.remove(segment);
        }
    }

    private record Outcome(WalVerification verified, List<WalDefect> defects) {}

    private static Outcome verify(WalSource source, SegmentMemory memory, int threads) throws InterruptedException {
        List<WalDefect> defects = new ArrayList<>();
        return new Outcome(WalVerification.of(new WalRange(source, source.begin().orElseThrow(), Optional.empty()), memory,
                threads, Progress.NONE.begin("", 0, Progress.Unit.BYTES), defects::add), defects);
    }

    /** A record of a known form of about this length, up to several segments. */
    private static void message(CraftedWal wal, int length) {
        ByteBuffer body = ByteBuffer.allocate(5 + 24 + length).order(ByteOrder.LITTLE_ENDIAN);
        body.put((byte) 254).putInt(24 + length).putInt(5).putInt(0).putLong(2).putLong(length - 2).put((byte) 'p');
        wal.record(LOGICAL_MESSAGE, 0, 0, body.array());
    }

    private static CraftedWal random(Random random) {
        CraftedWal wal = new CraftedWal(PostgresMajor.V17);
        message(wal, 100);
        while (wal.end().value() < 11L * CraftedWal.SEGMENT) {
            switch (random.nextInt(100)) {
                case 0 -> wal.switchSegment();
                case 1 -> {
                    // A record that was given up begins behind a page's header, which the crafted one does not.
                    if (wal.end().value() % 8192 != 0) {
                        wal.abandonRecordAndGoOn();
                    }
                }
                case 2 -> message(wal, random.nextInt(100_000, 2_500_000));
                default -> message(wal, random.nextInt(10, 40_000));
            }
        }
        return wal;
    }

    @Test
    void nothingIsOverlooked() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int history = 0; history < 4; history++) {
            String label = "seed " + seed + ", history " + history;
            Path place = Files.createDirectory(directory.resolve("history" + history));
            WalSource source = random(random).source(place);
            Remembered memory = new Remembered();
            Outcome first = verify(source, memory, 2);
            assertEquals(List.of(), first.defects(), label);
            assertTrue(memory.entries.size() > 5, label + ": " + memory.entries);
            Outcome again = verify(source, memory, 2);
            assertEquals(List.of(), again.defects(), label);
            assertEquals(first.verified().end(), again.verified().end(), label);
            assertTrue(again.verified().bytes() < CraftedWal.SEGMENT * 3L && again.verified().known()
                    > first.verified().end().minus(source.begin().orElseThrow()) / 2, label + ": " + again);
            for (int round = 0; round < ROUNDS; round++) {
                damaged(source, memory, random, place, label + ", round " + round);
            }
        }
    }

    /** Damages a byte of a segment, and touches others; the damage is found, and found again, and nothing else. */
    private static void damaged(WalSource source, Remembered memory, Random random, Path place, String label)
            throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.list(place)) {
            files = all.sorted().toList();
        }
        int chosen = random.nextInt(files.size());
        Path file = files.get(chosen);
        byte[] whole = Files.readAllBytes(file);
        byte[] bytes = whole.clone();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
        Files.write(file, bytes);
        long begin = source.begin().orElseThrow().value() / CraftedWal.SEGMENT;
        memory.changed.add(begin + chosen);
        for (int i = random.nextInt(3); i > 0; i--) {
            memory.changed.add(begin + random.nextInt(files.size()));
        }
        List<WalDefect> expected = verify(source, SegmentMemory.NONE, 1).defects();
        assertEquals(expected, verify(source, memory, 1 + random.nextInt(3)).defects(), label + ", byte changed in " + file);
        assertEquals(expected, verify(source, memory, 1).defects(), label + ", the next time");
        Files.write(file, whole);
        memory.changed.add(begin + chosen);
        assertEquals(List.of(), verify(source, memory, 2).defects(), label + ", mended");
    }

    /** A segment that WAL ended in is read on where it ended, once it has grown. */
    @Test
    void walThatGrows() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int history = 0; history < 4; history++) {
            Path place = Files.createDirectory(directory.resolve("history" + history));
            CraftedWal wal = random(random);
            WalSource source = wal.source(place);
            List<Path> files;
            try (Stream<Path> all = Files.list(place)) {
                files = all.sorted().toList();
            }
            List<byte[]> contents = new ArrayList<>();
            for (Path file : files) {
                contents.add(Files.readAllBytes(file));
            }
            Remembered memory = new Remembered();
            Lsn begin = source.begin().orElseThrow();
            for (int step = 1; step <= 12; step++) {
                CraftedWal.Written last = wal.records().get(wal.records().size() * step / 12 - 1);
                long length = last.end().minus(begin);
                for (int i = 0; i < files.size(); i++) {
                    grow(files.get(i), contents.get(i), (int) Math.clamp(length - (long) i * CraftedWal.SEGMENT, 0,
                            CraftedWal.SEGMENT), memory, begin.value() / CraftedWal.SEGMENT + i);
                }
                Outcome outcome = verify(source, memory, 2);
                assertEquals(List.of(), outcome.defects(), "seed " + seed + ", step " + step);
                assertEquals(last.end(), outcome.verified().end(), "seed " + seed + ", step " + step);
                assertEquals(outcome.verified().end(), verify(source, memory, 1).verified().end());
            }
        }
    }

    private static void grow(Path file, byte[] content, int length, Remembered memory, long number) throws IOException {
        byte[] wanted = new byte[content.length];
        System.arraycopy(content, 0, wanted, 0, length);
        if (length == 0) {
            Files.deleteIfExists(file);
        } else if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), wanted)) {
            Files.write(file, wanted);
            memory.changed.add(number);
        }
    }
}
