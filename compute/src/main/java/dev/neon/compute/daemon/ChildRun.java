package dev.neon.compute.daemon;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A command of neon as a child process that gives way to everything else: lowest priority for the processor, and the disk's idle class
 * where there is one. It is told to end when this process ends.
 */
final class ChildRun {
    /** The shell becomes the program, so that the child is the program itself, and signals reach it. */
    private static final String GIVE_WAY = "command -v ionice >/dev/null 2>&1 && set -- ionice -t -c 3 \"$@\"; exec nice -n 19 \"$@\"";
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final int LONGEST_LINE = 2000;
    private static final String ERROR = "error: ";

    private final NeonProgram program;
    private final Job job;
    private final Consumer<String> log;
    private final long began = System.nanoTime();
    private final Map<String, String> answer = new HashMap<>();
    private volatile Optional<String> error = Optional.empty();
    private final Process process;

    /**
     * How one has ended.
     *
     * @param failure   why it failed
     * @param isBusy    whether somebody else was at it, which is no failure
     * @param reclaimed bytes that it removed
     * @param summary   for people
     */
    record Result(Optional<String> failure, boolean isBusy, long reclaimed, String summary, Duration took) {}

    /**
     * Starts one.
     *
     * @param log takes what it says
     * @throws IOException if it cannot be started
     */
    ChildRun(NeonProgram program, Job job, Consumer<String> log) throws IOException {
        this.program = program;
        this.job = job;
        this.log = log;
        List<String> words = new ArrayList<>(List.of("sh", "-c", GIVE_WAY, "sh"));
        words.addAll(program.command(job.words()));
        this.process = new ProcessBuilder(words).directory(Path.of("/").toFile())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile())).start();
    }

    /** Waits for its end. @throws InterruptedException if this is not to be waited for; the child is told to end then */
    Result await() throws InterruptedException {
        Thread sayings = reader("said", this::readSayings);
        Thread answers = reader("answer", this::readAnswer);
        try {
            int code = process.waitFor();
            // A process that it has left behind may hold the pipes.
            sayings.join(LAST_WORDS);
            answers.join(LAST_WORDS);
            return result(code);
        } finally {
            end();
        }
    }

    private Thread reader(String name, Runnable reading) {
        return Thread.ofPlatform().daemon().name("pageserver-child-" + name).start(reading);
    }

    private Result result(int code) {
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        String told = error.orElse("it ended with " + code);
        if (code == program.busy()) {
            return new Result(Optional.empty(), true, 0, "put off: " + told, took);
        } else if (code != 0) {
            return new Result(Optional.of(told), false, 0, told, took);
        }
        synchronized (answer) {
            return new Result(Optional.empty(), false, number("bytes"), summary(), took);
        }
    }

    private String summary() {
        return switch (job.chore()) {
            case SNAPSHOT -> "made at " + answer.getOrDefault("lsn", "an unknown LSN");
            case GC -> answer.isEmpty() ? "nothing was due" : "removed " + number("bytes") + " bytes, of which " + number("freed") + " are free";
            case EXPIRY -> "done";
        };
    }

    private long number(String field) {
        String text = answer.getOrDefault(field, "0");
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }

    /** The fields of the object that it prints, without those that are in others; of an array none. */
    private void readAnswer() {
        try (InputStream in = process.getInputStream(); JsonParser json = new JsonFactory().createParser(in)) {
            int depth = 0;
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (depth == 1 && token.isScalarValue() && json.currentName() != null) {
                    synchronized (answer) {
                        answer.put(json.currentName(), json.getText());
                    }
                }
            }
        } catch (IOException noAnswer) {
            // It says itself why it failed.
        }
    }

    private void readSayings() {
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String shown = line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line;
                if (shown.startsWith(ERROR)) {
                    error = Optional.of(shown.substring(ERROR.length()));
                }
                log.accept(job.name() + ": " + shown);
            }
        } catch (IOException ended) {
            // So it has no more to say.
        }
    }

    /** Tells it to end, and waits for that a while. */
    void end() {
        boolean isInterrupted = Thread.interrupted();
        try {
            process.destroy();
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException hurry) {
            process.destroyForcibly();
            isInterrupted = true;
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
