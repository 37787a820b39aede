package dev.neon.cli.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.progress.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutputTest {
    private static final Terminals ALL = new Terminals(true, true, true);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Environment environment(Terminals terminals, Map<String, String> variables, String typed) {
        return new Environment(Path.of("/work"), variables, Path.of("/home/user"), Optional.empty(),
                new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8),
                terminals, Clock.systemUTC());
    }

    private Output output(Terminals terminals, String typed) {
        return new Output(environment(terminals, Map.of(), typed), false, ColorChoice.AUTO);
    }

    @Test
    void alignsATable() {
        output(Terminals.NONE, "").table(new Table(Table.Align.LEFT, Table.Align.RIGHT, Table.Align.LEFT)
                .header("name", "size", "note").row("main", "1.5 GB", "").row("é", "12 kB", "running"));
        assertEquals("name    size  note\nmain  1.5 GB\né      12 kB  running\n", out.toString(StandardCharsets.UTF_8));
        assertThrows(IllegalArgumentException.class, () -> new Table(Table.Align.LEFT).row("a", "b"));
    }

    @Test
    void paddingStandsOutsideColours() {
        output(ALL, "").table(new Table(Table.Align.LEFT, Table.Align.LEFT)
                .row(new Table.Cell("a", Style.GREEN), Table.Cell.of("x")).row("bcd", "y"));
        assertEquals("\033[32ma\033[0m    x\nbcd  y\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void writesJsonInTheOrderOfTheCalls() {
        output(Terminals.NONE, "").json(json -> json.array(List.of("b", "a"), name -> json.object(() -> json
                .put("name", name).put("lsn", Optional.empty()).put("size", 3).put("live", true)
                .putArray("tags", List.of("t"), json::value))));
        assertEquals("""
                [ {
                  "name" : "b",
                  "lsn" : null,
                  "size" : 3,
                  "live" : true,
                  "tags" : [ "t" ]
                }, {
                  "name" : "a",
                  "lsn" : null,
                  "size" : 3,
                  "live" : true,
                  "tags" : [ "t" ]
                } ]
                """, out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void neverAsksWithoutATerminal() {
        assertThrows(UnsupportedException.class, () -> output(Terminals.NONE, "y\n").confirm("delete?", "--force"));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
        assertTrue(output(ALL, "Yes\n").confirm("delete?", "--force"));
        assertFalse(output(ALL, "\n").confirm("delete?", "--force"));
        assertFalse(output(ALL, "").confirm("delete?", "--force"), "end of input");
    }

    @Test
    void progressIsForTerminalsOnly() {
        assertSame(Progress.NONE, output(Terminals.NONE, "").progress());
        assertSame(Progress.NONE, new Output(environment(ALL, Map.of(), ""), true, ColorChoice.AUTO).progress());
    }

    @Test
    void progressWaitsAndRedrawsAtMostTenTimesASecond() {
        long[] now = {0};
        Progress progress = new TerminalProgress(new PrintStream(err, true, StandardCharsets.UTF_8), () -> now[0]);
        try (Progress.Task task = progress.begin("copying", 100 << 20, Progress.Unit.BYTES)) {
            now[0] = TerminalProgress.PATIENCE_NANOS - 1;
            task.advance(10 << 20);
            assertEquals("", err.toString(StandardCharsets.UTF_8), "before the patience ends");
            now[0] = 1_000_000_000;
            task.advance(10 << 20);
            assertEquals("\r\033[Kcopying: 20% (20.0 MB of 100.0 MB), 20.0 MB/s, 4 s left",
                    err.toString(StandardCharsets.UTF_8));
            err.reset();
            now[0] += TerminalProgress.REDRAW_NANOS - 1;
            task.advance(1);
            assertEquals("", err.toString(StandardCharsets.UTF_8), "too soon");
        }
        assertEquals("\r\033[K", err.toString(StandardCharsets.UTF_8), "wiped");
    }

    @Test
    void findsTheCache() {
        assertEquals(Path.of("/home/user/.cache/neon"), environment(ALL, Map.of(), "").cacheDirectory());
        assertEquals(Path.of("/x/neon"), environment(ALL, Map.of("XDG_CACHE_HOME", "/x"), "").cacheDirectory());
        assertEquals(Path.of("/work/c"), environment(ALL, Map.of("NEON_CACHE_DIR", "c"), "").cacheDirectory());
    }

    @Test
    void writesAmountsForPeople() {
        assertEquals(List.of("0 B", "1023 B", "1.0 kB", "1.5 kB", "1.0 MB", "8.0 EB"),
                List.of(0L, 1023L, 1024L, 1536L, 1_048_575L, Long.MAX_VALUE).stream().map(Sizes::bytes).toList());
        assertEquals(List.of("59 s", "1 min", "3 min 20 s", "2 h 5 min", "3 d 4 h"),
                List.of(59L, 60L, 200L, 7500L, 273_600L).stream().map(Sizes::duration).toList());
    }
}
