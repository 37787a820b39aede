package dev.neon.compute.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.PostgresFailedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProgramRunTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void takesOutputAndErrorsAndExitCode() {
        ProgramRun run = ProgramRun.of(List.of("sh", "-c", "echo out; echo err >&2; echo $LC_ALL; exit 7"), LIMIT);

        assertEquals(7, run.exitCode());
        assertEquals("out\nerr\nC\n", run.output());
    }

    @Test
    void takesMuchOutput() {
        ProgramRun run = ProgramRun.of(List.of("head", "-c", "1000000", "/dev/zero"), LIMIT);

        assertEquals(1_000_000, run.output().length());
    }

    @Test
    void aFailureShowsTheLastLinesAndTheProgramMeant() {
        ProgramRun run = ProgramRun.of(List.of("env", "--", "sh", "-c", "seq 100; exit 3"), LIMIT);

        var failed = assertThrows(PostgresFailedException.class, () -> run.orThrow("Do it right."));

        assertEquals("'sh' failed with exit code 3", failed.getMessage());
        assertEquals(String.join("\n", IntStream.rangeClosed(81, 100).mapToObj(Integer::toString).toList()),
                failed.output());
        assertEquals(Optional.of("Do it right."), failed.hint());
    }

    @Test
    void killsWhatTakesTooLong() {
        long start = System.nanoTime();

        var failed = assertThrows(PostgresFailedException.class,
                () -> ProgramRun.of(List.of("sleep", "60"), Duration.ofSeconds(1)));

        assertEquals("'sleep' took longer than 1 s", failed.getMessage());
        assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 20);
    }

    @Test
    void aServerLeftBehindDoesNotHoldItUp() {
        long start = System.nanoTime();

        ProgramRun run = ProgramRun.of(List.of("sh", "-c", "sleep 15 & echo $!"), LIMIT);

        assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 10);
        ProcessHandle.of(Long.parseLong(run.output().strip())).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void namesAProgramThatIsMissing() {
        var missing = assertThrows(NotFoundException.class, () -> ProgramRun.of(List.of("no-such-program"), LIMIT));

        assertEquals("unable to run 'no-such-program': no such program", missing.getMessage());
        var forbidden = assertThrows(NotFoundException.class, () -> ProgramRun.of(List.of("/"), LIMIT));
        assertEquals("unable to run '/': permission denied", forbidden.getMessage());
        assertFalse(ProgramRun.succeeds(List.of("no-such-program"), LIMIT));
        assertFalse(ProgramRun.succeeds(List.of("false"), LIMIT));
        assertTrue(ProgramRun.succeeds(List.of("true"), LIMIT));
    }

    @Test
    void keepsTheCallersPostgresSettingsAway() {
        Map<String, String> environment = new HashMap<>(Map.of("PGPORT", "1", "PGDATA", "/", "PATH", "/bin"));

        ProgramRun.cleanEnvironment(environment);

        assertEquals(Map.of("PATH", "/bin"), environment);
    }
}
