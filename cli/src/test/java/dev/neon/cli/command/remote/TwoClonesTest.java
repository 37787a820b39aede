package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.framework.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two clones of a bare repository in both of which main is run and written, as two people do. */
class TwoClonesTest {
    private static final Pattern ADVICE = Pattern.compile("'neon ([^']+)'");

    @TempDir
    Path directory;

    private RemoteLab lab;
    private CommandLine here;
    private CommandLine one;
    private CommandLine two;

    @BeforeEach
    void prepare() {
        lab = new RemoteLab(directory);
        lab.origin("a");
        here = lab.bare("a", "hub.neon");
        one = lab.clone("hub", "one");
        two = lab.clone("hub", "two");
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private Map<String, String> hub() {
        Map<String, String> refs = new TreeMap<>(RemoteLab.refs(here, "hub.neon"));
        refs.keySet().removeIf(name -> !name.startsWith("refs/branches/"));
        return refs;
    }

    private static String advice(String message, int which) {
        Matcher matcher = ADVICE.matcher(message.substring(message.indexOf("hint: ")));
        for (int i = 0; i <= which; i++) {
            assertTrue(matcher.find(), message);
        }
        return matcher.group(1);
    }

    /** A server that was only started and stopped changes nothing that anybody would miss. */
    @Test
    void onlyStarted() {
        one.ok("start");
        one.ok("stop");
        two.ok("start");
        two.ok("stop");
        assertEquals("Everything up-to-date\n", one.run("push").err());
        assertEquals("Already up to date\n", two.run("pull").err());
        RemoteLab.write(one, "main", 3);
        one.ok("push");
        String pulled = two.run("pull").err();
        assertTrue(pulled.contains("Fast-forward main"), pulled);
        assertEquals("1,2,3", RemoteLab.rows(two, "main"));
        two.ok("start");
        two.ok("stop");
        RemoteLab.write(two, "main", 4);
        two.ok("push");
        one.ok("pull");
        assertEquals("1,2,3,4", RemoteLab.rows(one, "main"));
        one.ok("fsck", "--full");
        two.ok("fsck", "--full");
    }

    /** The one who comes second keeps both, as the message says: theirs becomes main, its own is a branch. */
    @Test
    void keepingBoth() {
        RemoteLab.write(one, "main", 3);
        RemoteLab.write(two, "main", 4);
        one.ok("push");
        String refused = RemoteLab.refused(two, "push");
        assertTrue(refused.contains("not a fast-forward"), refused);
        String pull = advice(refused, 0);
        assertEquals("pull origin", pull);
        String conflict = two.run(pull.split(" ")).err();
        assertTrue(conflict.startsWith("From ") && conflict.contains("'main' and 'origin/main' have both gone on since "), conflict);
        assertEquals("1,2,4", RemoteLab.rows(two, "main"));
        RemoteLab.follow(two, advice(conflict, 0));
        RemoteLab.follow(two, advice(conflict, 1));
        assertEquals("1,2,3", RemoteLab.rows(two, "main"));
        assertEquals("1,2,4", RemoteLab.rows(two, "mine"));
        two.ok("push", "--all");
        one.ok("pull");
        assertEquals("1,2,4", RemoteLab.rows(one, "origin/mine"));
        one.ok("pull", "origin", "mine");
        RemoteLab.write(one, "mine", 5);
        RemoteLab.write(two, "main", 6);
        one.ok("push", "origin", "mine");
        two.ok("push");
        one.ok("pull");
        two.ok("pull", "origin", "mine");
        for (CommandLine each : List.of(one, two)) {
            assertEquals("1,2,3,6", RemoteLab.rows(each, "main"));
            assertEquals("1,2,4,5", RemoteLab.rows(each, "mine"));
            each.ok("fsck", "--full");
        }
        assertEquals("1,2,4,5", RemoteLab.rows(lab.clone("hub.neon", "three"), "origin/mine"));
    }

    /** Or does away with the other's, who notices. */
    @Test
    void doingAwayWithTheirs() {
        RemoteLab.write(one, "main", 3);
        RemoteLab.write(two, "main", 4);
        one.ok("push");
        Result pulled = two.run("pull");
        assertEquals(ExitCode.CONFLICT.number(), pulled.code());
        RemoteLab.follow(two, advice(pulled.err(), 2));
        assertEquals("1,2,4", RemoteLab.rows(lab.clone("hub.neon", "three"), "main"));
        // The first one still has what was done away with, and is told.
        pulled = one.run("pull");
        assertEquals(ExitCode.CONFLICT.number(), pulled.code(), pulled.err());
        assertTrue(pulled.err().contains("forced update"), pulled.err());
        assertEquals("1,2,3", RemoteLab.rows(one, "main"));
        String refused = RemoteLab.refused(one, "push");
        assertTrue(refused.contains("not a fast-forward"), refused);
        one.ok("branch", "-f", "main", "origin/main");
        assertEquals("1,2,4", RemoteLab.rows(one, "main"));
        RemoteLab.write(one, "main", 5);
        one.ok("push");
        two.ok("pull");
        assertEquals("1,2,4,5", RemoteLab.rows(two, "main"));
        one.ok("fsck", "--full");
        two.ok("fsck", "--full");
    }

    /** All orders of the two writing, pushing and pulling, each after what the messages before have led to. */
    @Test
    @Tag("nightly")
    void everyOrder() {
        int row = 10;
        for (List<Boolean> order : List.of(List.of(true, true, false), List.of(true, false, true), List.of(false, true, false),
                List.of(false, false, true))) {
            int begin = row;
            for (CommandLine each : List.of(one, two)) {
                RemoteLab.write(each, "main", row++);
            }
            for (boolean isFirst : order) {
                CommandLine who = isFirst ? one : two;
                if (who.run("push").code() != 0) {
                    Result pulled = who.run("pull");
                    assertEquals(ExitCode.CONFLICT.number(), pulled.code(), pulled.err());
                    RemoteLab.follow(who, advice(pulled.err(), 0).replace("mine", "mine" + begin));
                    RemoteLab.follow(who, advice(pulled.err(), 1));
                }
            }
            CommandLine winner = order.getFirst() ? one : two;
            CommandLine loser = order.getFirst() ? two : one;
            int kept = order.getFirst() ? begin : begin + 1;
            int lost = order.getFirst() ? begin + 1 : begin;
            winner.ok("pull");
            loser.ok("pull");
            String both = RemoteLab.rows(winner, "main");
            assertEquals(both, RemoteLab.rows(loser, "main"));
            assertTrue(both.endsWith("," + kept), both);
            assertTrue(RemoteLab.rows(loser, "mine" + begin).endsWith("," + lost));
            assertEquals("Everything up-to-date\n", one.run("push").err());
            assertEquals("Everything up-to-date\n", two.run("push").err());
        }
        one.ok("push", "--all");
        two.ok("push", "--all");
        assertEquals(List.of("refs/branches/main", "refs/branches/mine10", "refs/branches/mine12", "refs/branches/mine14",
                "refs/branches/mine16", "refs/branches/other"), List.copyOf(hub().keySet()));
        here.ok("--repo", "hub.neon", "fsck", "--full");
    }
}
