package dev.neon.repo.files;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.neon.repo.error.NeonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Runs one action again and again, in memory, with a fault at each of its steps: a crash with nothing, all or some of
 * the unsynced changes lost, an I/O error, a full disk. After each the observed state must be the one before the action
 * or the one after it, and after an undisturbed run nothing may be lost.
 *
 * @param <S> what is observed, compared by {@code equals}
 */
public final class CrashRounds<S> {
    /** How many random losses are tried at each step; an ordinary build tries two, the nightly one eight. */
    private static final int SEEDS = Integer.getInteger("neon.test.crashSeeds", 8);

    private final Action prepare;
    private final Action act;
    private final Observation<S> observe;

    /** Something done below {@code root} through {@code steps}. */
    public interface Action {
        void run(Path root, FileSteps steps);
    }

    /** What can be seen below {@code root} after a restart; throws if it is not sound. */
    public interface Observation<S> {
        S of(Path root);
    }

    public CrashRounds(Action prepare, Action act, Observation<S> observe) {
        this.prepare = prepare;
        this.act = act;
        this.observe = observe;
    }

    /** Runs all rounds and returns how many steps the action has. */
    public int run() {
        S before = round(0, new Loss.Nothing(), Fault.NOT_RUN).observed();
        Round<S> whole = round(0, new Loss.Everything(), Fault.NONE);
        S after = whole.observed();
        assertTrue(!before.equals(after), "the action has no effect that is observed, or it is lost in a crash");
        List<Loss> losses = new ArrayList<>(List.of(new Loss.Nothing(), new Loss.Everything()));
        LongStream.range(0, SEEDS).mapToObj(Loss.Some::new).forEach(losses::add);
        for (int step = 1; step <= whole.steps(); step++) {
            for (Loss loss : losses) {
                check(step, loss, Fault.CRASH, before, after);
            }
            check(step, new Loss.Nothing(), Fault.ERROR, before, after);
            check(step, new Loss.Everything(), Fault.ERROR, before, after);
            check(step, new Loss.Nothing(), Fault.FULL, before, after);
        }
        return whole.steps();
    }

    private enum Fault { NOT_RUN, NONE, CRASH, ERROR, FULL }

    private record Round<S>(S observed, int steps, boolean completed) {}

    private void check(int step, Loss loss, Fault fault, S before, S after) {
        Round<S> round;
        try {
            round = round(step, loss, fault);
        } catch (RuntimeException | AssertionError unsound) {
            throw new AssertionError(fault + " at step " + step + " losing " + loss + ": unsound", unsound);
        }
        S state = round.observed();
        boolean whole = state.equals(after) || !round.completed() && state.equals(before);
        assertTrue(whole, () -> fault + " at step " + step + " losing " + loss + ", completed " + round.completed()
                + ":\n" + state + "\nis neither\n" + before + "\nnor\n" + after);
    }

    private Round<S> round(int step, Loss loss, Fault fault) {
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
            Path root = Files.createDirectory(memory.getPath("/work/repo"));
            prepare.run(root, new NioFileSteps());
            FaultyFileSteps steps = new FaultyFileSteps(root);
            switch (fault) {
                case CRASH -> steps.crashAt(step);
                case ERROR -> steps.failAt(step);
                case FULL -> steps.fullFrom(step);
                case NOT_RUN, NONE -> { }
            }
            boolean completed = fault != Fault.NOT_RUN;
            try {
                if (completed) {
                    act.run(root, steps);
                }
            } catch (SimulatedCrash | NeonException interrupted) {
                completed = false;
            }
            int taken = steps.steps();
            steps.restart(loss);
            return new Round<>(observe.of(root), taken, completed);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
