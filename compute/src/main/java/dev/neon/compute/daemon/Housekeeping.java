package dev.neon.compute.daemon;

import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.NeonException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Work in the background: snapshots where much WAL has come, gc, branches whose time is over. Each is a command of neon in a
 * process of its own that gives way to everything else, so that neither its memory nor its crash touches sessions. One at a time, and
 * unasked no more than a share of the time.
 */
final class Housekeeping implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(15);
    /** After a job it rests for three times as long, so that it takes a quarter of the time at most. */
    private static final int REST = 3;
    private static final int MOST_ASKED = 100;

    private final NeonProgram program;
    private final Supplier<Workspace> workspaces;
    private final Consumer<String> log;
    private final Duration look;
    private final Clock clock;
    private final DueJobs due = new DueJobs();
    private final Map<Chore.Kind, Chore> chores = new EnumMap<>(Chore.Kind.class);
    private final SequencedMap<String, Job> asked = new LinkedHashMap<>();
    private final Thread thread;
    /** What was wrong when it last looked, so that it is told once. */
    private String complaint = "";
    private boolean isClosed;

    /** @param look how often it looks whether something is to do */
    private Housekeeping(NeonProgram program, Supplier<Workspace> workspaces, Consumer<String> log, Duration look) {
        this.program = program;
        this.workspaces = workspaces;
        this.log = log;
        this.look = look;
        this.clock = workspaces.get().repository().context().clock();
        Arrays.stream(Chore.Kind.values()).forEach(kind -> chores.put(kind, new Chore(kind)));
        this.thread = Thread.ofPlatform().daemon().name("pageserver-housekeeping").unstarted(this::run);
    }

    static Housekeeping start(NeonProgram program, Supplier<Workspace> workspaces, Consumer<String> log) {
        return start(program, workspaces, log, LOOK);
    }

    static Housekeeping start(NeonProgram program, Supplier<Workspace> workspaces, Consumer<String> log, Duration look) {
        Housekeeping housekeeping = new Housekeeping(program, workspaces, log, look);
        housekeeping.thread.start();
        return housekeeping;
    }

    /** Has something done soon; what is asked for twice is done once. @return false if it will not be done */
    synchronized boolean ask(Job job) {
        if (isClosed || asked.size() >= MOST_ASKED) {
            return false;
        }
        asked.putIfAbsent(job.name(), job);
        notifyAll();
        return true;
    }

    List<Chore.Report> reports() {
        return chores.values().stream().map(Chore::report).toList();
    }

    private void run() {
        long restUntil = System.nanoTime();
        try {
            while (!isClosed()) {
                Optional<Job> job = nextAsked();
                if (job.isEmpty() && System.nanoTime() - restUntil >= 0) {
                    job = due();
                }
                if (job.isPresent()) {
                    long took = run(job.get());
                    restUntil = System.nanoTime() + REST * took;
                } else {
                    pause();
                }
            }
        } catch (InterruptedException closed) {
            // Nothing is left to do.
        }
    }

    private synchronized boolean isClosed() {
        return isClosed;
    }

    private synchronized Optional<Job> nextAsked() {
        return Optional.ofNullable(asked.pollFirstEntry()).map(Map.Entry::getValue);
    }

    private synchronized void pause() throws InterruptedException {
        if (asked.isEmpty()) {
            wait(look.toMillis());
        }
    }

    private Optional<Job> due() {
        try {
            long now = System.nanoTime();
            Optional<Job> next = due.next(workspaces.get(), job -> !chore(job).isPaused(job, now));
            complaint = "";
            return next;
        } catch (RuntimeException failure) {
            String text = failure instanceof NeonException ? String.valueOf(failure.getMessage()) : "internal error: " + failure;
            if (!isClosed() && !text.equals(complaint)) {
                log.accept("error: unable to look for work: " + text);
            }
            complaint = text;
            return Optional.empty();
        }
    }

    private Chore chore(Job job) {
        return chores.get(job.chore());
    }

    /** @return how long it took, in nanoseconds */
    private long run(Job job) throws InterruptedException {
        long begin = System.nanoTime();
        Instant began = clock.instant();
        chore(job).began(job);
        ChildRun.Result result = result(job);
        long now = System.nanoTime();
        chore(job).ended(job, began, result, now);
        log.accept(result.failure().map(text -> "error: " + job.name() + " failed: " + text)
                .orElse(job.name() + ": " + result.summary() + ", in " + result.took().toMillis() + " ms"));
        return now - begin;
    }

    /** Whatever goes wrong is the job's failure, and not the end of all others. */
    private ChildRun.Result result(Job job) throws InterruptedException {
        try {
            return new ChildRun(program, job, log).await();
        } catch (IOException failure) {
            return failed("unable to start it: " + failure.getMessage());
        } catch (RuntimeException failure) {
            return failed("internal error: " + failure);
        }
    }

    private static ChildRun.Result failed(String why) {
        return new ChildRun.Result(Optional.of(why), false, 0, why, Duration.ZERO);
    }

    /** Ends what runs, and waits for that. */
    @Override
    public void close() throws InterruptedException {
        synchronized (this) {
            isClosed = true;
            asked.clear();
        }
        thread.interrupt();
        thread.join();
    }
}
