package dev.neon.gc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.neon.gc.PaperRepository.Time;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.files.FaultyFileSteps;
import dev.neon.repo.files.Loss;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.SimulatedCrash;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A collection is stopped at each of its steps: by a crash that loses nothing, all or some of what was not synced, by an I/O
 * error, by a full disk. Each time everything that is needed can be made afterwards, and the next collection ends what was
 * begun.
 */
class CollectionCrashTest {
    private static final int SEEDS = Integer.getInteger("neon.test.crashSeeds", 8);
    private static final Duration TWO_WEEKS = Duration.ofDays(14);

    private final Time clock = new Time();
    /** Points that are needed, and their states. */
    private final Map<RefName, String> needed = new LinkedHashMap<>();

    /** What is done to a repository in which much is not needed. */
    private interface Action {
        void run(PaperRepository paper);
    }

    @Test
    void intoTheTrash() throws Exception {
        everyFault(paper -> paper.gc().collect(Optional.of(TWO_WEEKS), () -> { }));
    }

    @Test
    void forGood() throws Exception {
        everyFault(paper -> paper.gc().collect(Optional.of(Duration.ZERO), () -> { }));
    }

    @Test
    @Tag("nightly")
    void puttingBack() throws Exception {
        everyFault(paper -> {
            paper.gc().collect(Optional.of(TWO_WEEKS), () -> { });
            Trash trash = paper.trash();
            trash.list().reversed().forEach(bin -> trash.restore(bin.id()));
        });
    }

    private void everyFault(Action action) throws IOException {
        int steps = round(0, Fault.NONE, new Loss.Nothing(), action);
        assertTrue(steps > 20, steps + " steps");
        List<Loss> losses = new ArrayList<>(List.of(new Loss.Nothing(), new Loss.Everything()));
        LongStream.range(0, SEEDS).mapToObj(Loss.Some::new).forEach(losses::add);
        for (int step = 1; step <= steps; step++) {
            for (Loss loss : losses) {
                round(step, Fault.CRASH, loss, action);
            }
            round(step, Fault.ERROR, new Loss.Nothing(), action);
            round(step, Fault.FULL, new Loss.Everything(), action);
        }
    }

    private enum Fault { NONE, CRASH, ERROR, FULL }

    /** Returns how many steps it took. */
    private int round(int step, Fault fault, Loss loss, Action action) throws IOException {
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
            Path directory = memory.getPath("/work/.neon");
            prepare(directory);
            FaultyFileSteps steps = new FaultyFileSteps(directory);
            switch (fault) {
                case CRASH -> steps.crashAt(step);
                case ERROR -> steps.failAt(step);
                case FULL -> steps.fullFrom(step);
                case NONE -> { }
            }
            try {
                action.run(PaperRepository.openDoomed(directory, steps, clock));
            } catch (SimulatedCrash | NeonException stopped) {
                assertTrue(fault != Fault.NONE, () -> stopped.toString());
            }
            int taken = steps.steps();
            steps.restart(loss);
            try {
                check(PaperRepository.open(directory, new NioFileSteps(), clock));
            } catch (RuntimeException | AssertionError unsound) {
                throw new AssertionError(fault + " at step " + step + " losing " + loss + ": " + unsound.getMessage(), unsound);
            }
            return taken;
        }
    }

    private void check(PaperRepository paper) {
        requireNeeded(paper);
        paper.gc().collect(Optional.of(TWO_WEEKS), () -> { });
        requireNeeded(paper);
        assertEquals(List.of(), paper.gc().plan().removed());
        clock.pass(TWO_WEEKS.plusHours(1));
        paper.gc().collect(Optional.of(TWO_WEEKS), () -> { });
        assertEquals(List.of(), paper.trash().list());
        requireNeeded(paper);
    }

    private void requireNeeded(PaperRepository paper) {
        needed.forEach((name, state) -> {
            RefTarget target = paper.repository().refs().read(name).orElseThrow();
            String found = switch (target) {
                case RefTarget.Timeline line -> paper.state(line.id(), paper.end(line.id()));
                case RefTarget.Point point -> paper.state(point.timeline(), point.lsn());
                case RefTarget.Symbolic _ -> throw new AssertionError(name.toString());
            };
            assertEquals(state, found, name::toString);
        });
    }

    /** Branches in a row of which the last has an image of its own, dropped ones with children, chains of deltas. */
    private void prepare(Path directory) {
        PaperRepository paper = PaperRepository.create(directory, clock);
        Repository repository = paper.repository();
        repository.config().set("gc.reflogExpire", "0s");
        repository.config().set("gc.horizon", "0");
        needed.clear();
        TimelineId main = paper.root();
        List<TimelineId> line = new ArrayList<>(List.of(main));
        int number = 0;
        for (int i = 0; i < 2; i++) {
            TimelineId last = line.getLast();
            for (int j = 0; j < 6; j++) {
                paper.write(last, ++number);
                if (j % 3 == 1) {
                    paper.snapshot(last, j == 4);
                }
            }
            if (i == 1) {
                name(paper, RefName.tag("v1"), RefTarget.Point.of(last, paper.end(last).plus(-2 * PaperRepository.RECORD)));
            }
            line.add(paper.fork(last, paper.end(last).plus(-PaperRepository.RECORD)));
        }
        TimelineId tip = line.getLast();
        paper.write(tip, ++number);
        paper.snapshot(tip, true);
        name(paper, RefName.branch("tip"), new RefTarget.Timeline(tip));
        TimelineId dropped = paper.fork(main, new Lsn(PaperRepository.START.value() + 5L * PaperRepository.RECORD));
        paper.write(dropped, ++number);
        paper.snapshot(dropped, false);
        paper.snapshot(paper.fork(dropped, paper.end(dropped)), true);
        repository.refs().begin("init").set(RefName.HEAD, new RefTarget.Symbolic(RefName.branch("tip"))).commit();
    }

    private void name(PaperRepository paper, RefName name, RefTarget target) {
        paper.repository().refs().begin("test").create(name, target).commit();
        needed.put(name, switch (target) {
            case RefTarget.Timeline whole -> paper.state(whole.id(), paper.end(whole.id()));
            case RefTarget.Point point -> paper.state(point.timeline(), point.lsn());
            case RefTarget.Symbolic _ -> throw new AssertionError(name.toString());
        });
    }
}
