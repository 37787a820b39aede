package dev.neon.compute.daemon;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What has come of one kind of work in the background. Safe for threads. */
final class Chore {
    /** After one failure; each that follows doubles it. */
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    /** More come to longer than the longest. */
    private static final int DOUBLINGS = 6;

    /** What there is to do. */
    enum Kind {
        SNAPSHOT("snapshot"), GC("gc"), EXPIRY("expiry");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** As it stands in JSON and in metrics. */
        String word() {
            return word;
        }
    }

    /**
     * What there is to tell of one kind.
     *
     * @param runs      that have ended, those that failed too
     * @param reclaimed bytes that were removed
     * @param running   what runs now, by its name
     * @param began     when the last one that has ended began
     * @param took      how long it took
     * @param last      what it said, or why it failed
     * @param failure   why the last that failed did, unless one has succeeded since
     */
    record Report(Kind kind, long runs, long failures, long reclaimed, Optional<String> running, Optional<Instant> began,
                  Optional<Duration> took, Optional<String> last, Optional<String> failure) {}

    private final Kind kind;
    private final Map<String, Pause> pauses = new HashMap<>();
    private Report report;

    /** @param until in nanoseconds of this JVM */
    private record Pause(int failures, long until) {}

    Chore(Kind kind) {
        this.kind = kind;
        this.report = new Report(kind, 0, 0, 0, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    synchronized Report report() {
        return report;
    }

    /** Whether a job has failed not long ago. */
    synchronized boolean isPaused(Job job, long now) {
        return Optional.ofNullable(pauses.get(job.name())).filter(pause -> now - pause.until() < 0).isPresent();
    }

    synchronized void began(Job job) {
        report = new Report(kind, report.runs, report.failures, report.reclaimed, Optional.of(job.name()), report.began, report.took, report.last,
                report.failure);
    }

    synchronized void ended(Job job, Instant began, ChildRun.Result result, long now) {
        Optional<String> failure = result.failure().map(text -> job.name() + ": " + text);
        boolean hasFailed = failure.isPresent();
        int before = Optional.ofNullable(pauses.get(job.name())).map(Pause::failures).orElse(0);
        if (result.isBusy()) {
            pauses.put(job.name(), new Pause(before, now + FIRST_PAUSE.toNanos()));
        } else if (hasFailed) {
            long pause = FIRST_PAUSE.toNanos() << Math.min(before, DOUBLINGS);
            pauses.put(job.name(), new Pause(before + 1, now + Math.min(pause, LONGEST_PAUSE.toNanos())));
        } else {
            pauses.remove(job.name());
        }
        report = new Report(kind, report.runs + 1, report.failures + (hasFailed ? 1 : 0), report.reclaimed + result.reclaimed(), Optional.empty(),
                Optional.of(began), Optional.of(result.took()), Optional.of(job.name() + ": " + result.summary()),
                hasFailed ? failure : result.isBusy() ? report.failure : Optional.empty());
    }
}
