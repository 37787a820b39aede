package dev.neon.cli.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagerTest {
    private static final Terminals TERMINAL = new Terminals(true, true, true);
    private static final String LINE = "ä line\n";

    @TempDir
    Path directory;

    private final Map<String, String> variables = new LinkedHashMap<>(Map.of("PATH", "/usr/bin:/bin"));
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void shortResultsArePrinted() throws Exception {
        variables.put("NEON_PAGER", "cat > paged");
        show(LINE.repeat(Pager.SHORT));
        assertEquals(LINE.repeat(Pager.SHORT), out.toString(StandardCharsets.UTF_8));
        assertFalse(Files.exists(directory.resolve("paged")));
    }

    @Test
    void longResultsGoThroughTheProgram() throws Exception {
        variables.put("NEON_PAGER", "cat > paged; echo $LESS >> paged");
        show(LINE.repeat(Pager.SHORT + 1));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
        assertEquals(LINE.repeat(Pager.SHORT + 1) + "FRX\n", Files.readString(directory.resolve("paged")));
    }

    @Test
    void whatIsWrittenAfterTheUserQuitGoesNowhere() throws Exception {
        variables.put("NEON_PAGER", "head -n 1 > paged");
        Output output = new Output(environment(TERMINAL), false, ColorChoice.AUTO);
        try (Pager pager = Pager.of(environment(TERMINAL), Optional.empty()).orElseThrow()) {
            Output screen = output.through(pager);
            boolean isRead = true;
            for (int i = 0; i < 1000 && isRead; i++) {
                isRead = screen.lines(new StringBuilder(LINE.repeat(10_000)));
            }
            assertFalse(isRead, "it is noticed");
        }
        assertEquals(LINE, Files.readString(directory.resolve("paged")));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void ownVariableThenConfigurationThenCommonVariable() throws Exception {
        variables.put("PAGER", "cat > common");
        show(LINE.repeat(50), Optional.of("cat > configured"));
        assertTrue(Files.exists(directory.resolve("configured")));
        show(LINE.repeat(50), Optional.empty());
        assertTrue(Files.exists(directory.resolve("common")));
        variables.put("NEON_PAGER", "");
        assertTrue(Pager.of(environment(TERMINAL), Optional.of("less")).isEmpty(), "set to nothing, it means none");
        variables.put("NEON_PAGER", "cat");
        assertTrue(Pager.of(environment(TERMINAL), Optional.of("less")).isEmpty());
    }

    @Test
    void noneWithoutTerminalOrWithoutLess() {
        assertTrue(Pager.of(environment(Terminals.NONE), Optional.of("cat > x")).isEmpty());
        variables.put("PATH", directory.toString());
        assertTrue(Pager.of(environment(TERMINAL), Optional.empty()).isEmpty());
    }

    private void show(String text) {
        show(text, Optional.empty());
    }

    private void show(String text, Optional<String> configured) {
        try (Pager pager = Pager.of(environment(TERMINAL), configured).orElseThrow()) {
            pager.out().print(text);
        }
    }

    private Environment environment(Terminals terminals) {
        return new Environment(directory, Map.copyOf(variables), directory, Optional.empty(),
                new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(out, true, StandardCharsets.UTF_8), terminals, Clock.systemUTC());
    }
}
