package dev.neon.repo.revision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** It is Saturday, 2026-11-21, 11:00 in Berlin, which is an hour ahead of UTC in winter. */
class TimeExpressionTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @TempDir Path directory;

    private static Optional<Instant> parse(String text) {
        return TimeExpression.parse(text, NOW, BERLIN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2026-11-20                          | 2026-11-19T23:00:00Z
            2026-11-20 10:00                    | 2026-11-20T09:00:00Z
            2026-11-20T10:00:00Z                | 2026-11-20T10:00:00Z
            2026-11-20 10:00:00.123456+00       | 2026-11-20T10:00:00.123456Z
            2026-11-20 10:00:00.5 -0330         | 2026-11-20T13:30:00.5Z
            2026-11-20 10:00 utc                | 2026-11-20T10:00:00Z
            2026-11-20 10:00 America/New_York   | 2026-11-20T15:00:00Z
            2026-11-20_10:00                    | 2026-11-20T09:00:00Z
            2026-07-01 00:00                    | 2026-06-30T22:00:00Z
            2026-3-29 2:30                      | 2026-03-29T01:30:00Z
            @1732180000                         | 2024-11-21T09:06:40Z
            @1732180000.25                      | 2024-11-21T09:06:40.250Z
            now                                 | 2026-11-21T10:00:00Z
            today                               | 2026-11-21T10:00:00Z
            Yesterday                           | 2026-11-20T10:00:00Z
            yesterday 8:15                      | 2026-11-20T07:15:00Z
            8:15 yesterday                      | 2026-11-20T07:15:00Z
            yesterday noon                      | 2026-11-20T11:00:00Z
            noon                                | 2026-11-20T11:00:00Z
            midnight                            | 2026-11-20T23:00:00Z
            10:00                               | 2026-11-21T09:00:00Z
            23:00                               | 2026-11-21T22:00:00Z
            5 minutes ago                       | 2026-11-21T09:55:00Z
            5.minutes.ago                       | 2026-11-21T09:55:00Z
            5 min ago                           | 2026-11-21T09:55:00Z
            5 minutes                           | 2026-11-21T09:55:00Z
            an hour ago                         | 2026-11-21T09:00:00Z
            1 day 2 hours ago                   | 2026-11-20T08:00:00Z
            1.week.ago                          | 2026-11-14T10:00:00Z
            last week                           | 2026-11-14T10:00:00Z
            two weeks ago                       | 2026-11-07T10:00:00Z
            1 month ago                         | 2026-10-21T09:00:00Z
            2 days ago 10:00                    | 2026-11-19T09:00:00Z
            friday                              | 2026-11-20T10:00:00Z
            last saturday 9:00                  | 2026-11-14T08:00:00Z
            """)
    void times(String text, Instant expected) {
        assertEquals(Optional.of(expected), parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "foo", "before-migration", "5", "5 apples", "minutes ago", "5 minutes ago ago", "ago",
        "2026-13-01", "2026-02-30", "2026-11-20 25:00", "2026-11-20 release", "20261120", "5 minutes ago yesterday",
        "yesterday today", "10:00 11:00", "last", "1h ago", "three fridays", "5 5 minutes", "yesterday!"})
    void noTimes(String text) {
        assertEquals(Optional.empty(), parse(text));
    }

    @Property
    void anyTextIsReadOrIsNoTime(@ForAll String text) {
        assertTrue(parse(text).isPresent() || parse(text).isEmpty());
    }

    /** Words mean what they mean to git, as far as git heeds them. */
    @ParameterizedTest
    @ValueSource(strings = {"now", "yesterday", "noon", "midnight", "5 minutes ago", "5.minutes.ago", "1.week.ago",
        "2026-11-20 10:00", "2026-11-20T10:00:00Z", "10:00", "23:00", "yesterday 10:00", "last friday", "3 days ago",
        "5 minutes", "1 day 2 hours ago", "two weeks ago", "2026-11-20 10:00 +0200", "@1732180000", "2 days ago 10:00",
        "last week", "today"})
    void asGit(String text) throws IOException, InterruptedException {
        assertEquals("--max-age=" + parse(text).orElseThrow().getEpochSecond(), git("rev-parse", "--since=" + text));
    }

    private String git(String... words) throws IOException, InterruptedException {
        try {
            run("init", "-q");
            return run(words);
        } catch (IOException missing) {
            assumeTrue(false, "git is not installed");
            throw missing;
        }
    }

    private String run(String... words) throws IOException, InterruptedException {
        String[] command = new String[words.length + 1];
        command[0] = "git";
        System.arraycopy(words, 0, command, 1, words.length);
        ProcessBuilder git = new ProcessBuilder(command).directory(directory.toFile());
        git.environment().put("TZ", "Europe/Berlin");
        git.environment().put("GIT_TEST_DATE_NOW", Long.toString(NOW.getEpochSecond()));
        Process process = git.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        process.waitFor();
        return out;
    }

    @Test
    void aTimeThatASwitchOfClocksLeavesOutIsLater() {
        assertEquals(parse("2026-03-29 03:30"), parse("2026-03-29 02:30"));
    }
}
