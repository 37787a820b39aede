package dev.neon.compute.redo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.wal.FinishedWorkload;
import dev.neon.materialise.DataDirectoryPages;
import dev.neon.materialise.Materialiser;
import dev.neon.materialise.OlderDirectory;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.layer.LayerCache;
import dev.neon.repo.layer.LayerOptions;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.layer.SnapshotManifest.Versions;
import dev.neon.repo.progress.Progress;
import dev.neon.slice.BlockIndex;
import dev.neon.slice.ImageWriter;
import dev.neon.slice.IndexWalk;
import dev.neon.slice.PageSource;
import dev.neon.slice.ParallelWork;
import dev.neon.slice.Slicer;
import dev.neon.slice.SnapshotPages;
import dev.neon.slice.TailPages;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A data directory that is made from layers and WAL is the one that a server has left at the same point. */
class MaterialiseTest {
    private static final int PLACES = 250_000;
    /** {@code TRANSACTION_STATUS_ABORTED}. */
    private static final int ABORTED = 2;
    /** A server writes the file although there is nothing to be written, and starts without it as well. */
    private static final String NO_ORIGINS = "pg_logical/replorigin_checkpoint: only PostgreSQL has it";

    @TempDir
    Path home;

    private final NioFileSteps steps = new NioFileSteps();
    private final LayerCache cache = new LayerCache(64 << 20);
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final TimelineId timeline = TimelineId.random();
    private final ParallelWork parallel = new ParallelWork(2);

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#someMajors")
    void workload(int major) throws Exception {
        System.out.println("PostgreSQL " + major + ", seed " + seed);
        FinishedWorkload workload = FinishedWorkload.of(major);
        List<Lsn> ends = ends(workload.wal(), workload.first());
        image(DataDirectoryPages.open(workload.before(), ends.getFirst()));
        new Materialiser(steps, parallel, Progress.NONE)
                .writeShutDown(pages(ends.getFirst()), Instant.now(), home.resolve("before-made"));
        for (Versions versions : Versions.values()) {
            compare(workload, versions, ends.getFirst(), ends.getLast());
        }
        DataDirectoryPages after = DataDirectoryPages.open(workload.data(), ends.getLast());
        image(after);
        Path copied = home.resolve("copied");
        new Materialiser(steps, parallel, Progress.NONE).writeShutDown(pages(ends.getLast()), Instant.now(), copied);
        assertAlike(workload.data(), copied);
    }

    /** Three deltas or more, and a tail of WAL over each. */
    private void compare(FinishedWorkload workload, Versions versions, Lsn first, Lsn last) throws IOException {
        Lsn at = first;
        int deltas = 0;
        while (true) {
            SnapshotPages parent = pages(at);
            BlockIndex whole = IndexWalk.walk(workload.wal(), parent.metadata(), last, BlockIndex.MOST_PLACES);
            try (TailPages tail = new TailPages(parent, whole)) {
                Path made = home.resolve("made");
                // Smaller ones than by default, so that there are some with many.
                new Materialiser(steps, parallel, Progress.NONE).inPiecesOf(16).writeShutDown(tail, Instant.now(), made);
                assertAlike(workload.data(), made);
                if (at.equals(last)) {
                    reuse(workload, tail, first, made);
                }
                new DurableFiles(steps).deleteTree(made);
            }
            if (deltas == 1) {
                reuseAtRandom(workload, parent, first);
            }
            if (at.equals(last)) {
                break;
            }
            BlockIndex index = IndexWalk.walk(workload.wal(), parent.metadata(), last, PLACES);
            Path delta = Files.createDirectories(home.resolve("snapshots/" + index.to().toFileName()));
            new Slicer(steps, LayerOptions.DEFAULT, parallel).slice(new SnapshotManifest.Parent(timeline, at), parent,
                    index, versions, delta);
            at = index.to();
            deltas++;
        }
        assertTrue(deltas > 2, deltas + " deltas");
        System.out.println(deltas + " deltas of " + versions);
        new DurableFiles(steps).deleteTree(home.resolve("snapshots"));
        image(DataDirectoryPages.open(workload.before(), first));
    }

    private void reuseAtRandom(FinishedWorkload workload, SnapshotPages parent, Lsn first) {
        List<Lsn> ends = ends(workload.wal(), parent.metadata().lsn());
        if (ends.isEmpty()) {
            return;
        }
        Lsn point = ends.get(random.nextInt(ends.size()));
        BlockIndex index = IndexWalk.walk(workload.wal(), parent.metadata(), point, BlockIndex.MOST_PLACES);
        Path made = home.resolve("fresh");
        try (TailPages tail = new TailPages(parent, index)) {
            new Materialiser(steps, parallel, Progress.NONE).writeShutDown(tail, Instant.now(), made);
            reuse(workload, tail, first, made);
        }
        new DurableFiles(steps).deleteTree(made);
    }

    /**
     * The data directory that is made of an older one is the one that is made anew, but for pages that are as they were,
     * which keep what the server has put on them.
     */
    private void reuse(FinishedWorkload workload, PageSource pages, Lsn first, Path fresh) {
        Path older = home.resolve("older");
        new DurableFiles(steps).copyTree(workload.before(), older, path -> true);
        ReusedDirectory reused = new ReusedDirectory(home.resolve("before-made"), older);
        reused.addHints(random);
        Path left = home.resolve("left");
        Path made = home.resolve("reused");
        new Materialiser(steps, parallel, Progress.NONE).inPiecesOf(16).reusing(new OlderDirectory(first, () -> {
            older.toFile().renameTo(left.toFile());
            return left;
        })).writeShutDown(pages, Instant.now(), made);
        DataDirectoryComparison.Result result = DataDirectoryComparison.compare(fresh, made);
        assertEquals(List.of(), result.differences(), () -> "seed " + seed);
        long kept = reused.requireExact(fresh, made);
        System.out.println("at " + pages.metadata().lsn() + " " + kept + " of " + result.pages() + " pages are still those"
                + " of the older directory");
        for (Path each : List.of(left, made)) {
            new DurableFiles(steps).deleteTree(each);
        }
    }

    private void image(PageSource pages) throws IOException {
        Path image = Files.createDirectories(home.resolve("snapshots/" + pages.metadata().lsn().toFileName()));
        new ImageWriter(steps, LayerOptions.DEFAULT, parallel, Progress.NONE).write(pages, image);
    }

    private SnapshotPages pages(Lsn lsn) {
        return SnapshotPages.open(home.resolve("snapshots/" + lsn.toFileName()),
                parent -> home.resolve("snapshots/" + parent.lsn().toFileName()), cache);
    }

    private static void assertAlike(Path postgres, Path neon) {
        DataDirectoryComparison.Result result = DataDirectoryComparison.compare(postgres, neon);
        assertTrue(result.pages() > 3000, () -> result.pages() + " pages");
        List<String> differences = result.differences().stream().filter(text -> !isOfCopiedMap(text))
                .filter(text -> !text.equals(NO_ORIGINS))
                .filter(text -> !isOfLostAborts(text, postgres, neon)).toList();
        assertEquals(0, differences.size(), () -> differences.size() + " of " + result.pages() + ": "
                + String.join("\n", differences.subList(0, Math.min(10, differences.size()))));
    }

    /**
     * CREATE DATABASE takes the content of a visibility map for a hole when it logs its copy ({@code REL_17 bufmgr.c
     * RelationCopyStorageUsingBuffer}), so that only the server itself has it.
     */
    private static boolean isOfCopiedMap(String difference) {
        Matcher map = Pattern.compile("base/(\\d+)/\\d+_vm block .*neon (0+) .*", Pattern.DOTALL).matcher(difference);
        return map.matches() && Integer.parseInt(map.group(1)) >= 16384;
    }

    /** A server that is killed may have written that a transaction was aborted, but not its record, which is not awaited. */
    private static boolean isOfLostAborts(String difference, Path postgres, Path neon) {
        Matcher file = Pattern.compile("(pg_xact/[0-9A-F]{4}): differs .*").matcher(difference);
        if (!file.matches()) {
            return false;
        }
        try {
            byte[] theirs = Files.readAllBytes(postgres.resolve(file.group(1)));
            byte[] ours = Files.readAllBytes(neon.resolve(file.group(1)));
            for (int i = 0; i < 4 * theirs.length; i++) {
                int their = theirs[i / 4] >> i % 4 * 2 & 3;
                int our = ours[i / 4] >> i % 4 * 2 & 3;
                if (their != our && !(their == ABORTED && our == 0)) {
                    return false;
                }
            }
            return theirs.length == ours.length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Lsn> ends(WalSource wal, Lsn first) {
        List<Lsn> ends = new ArrayList<>();
        try (WalReader reader = WalReader.from(wal, first)) {
            while (reader.next()) {
                ends.add(reader.end());
            }
        }
        return ends;
    }
}
