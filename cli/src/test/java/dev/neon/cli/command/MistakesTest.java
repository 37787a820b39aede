package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.TreeHash;
import dev.neon.cli.framework.ExitCode;
import dev.neon.compute.process.ServerUser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What users of git do wrong first. Each mistake is told with what to type next; the test types just that, and it helps. The
 * repository is sound after each.
 */
class MistakesTest {
    private static final Pattern TYPED = Pattern.compile("'neon ([^']+)'");

    @TempDir
    Path directory;

    private CommandLine neon;

    @BeforeEach
    void makeARepository() throws Exception {
        neon = new CommandLine(Files.createDirectory(directory.resolve("shop")));
        neon.ok("init");
    }

    @AfterEach
    void theRepositoryIsSound() {
        neon.ok("fsck");
        neon.close();
    }

    /** The command that a message says to type, the first that begins so, with something for each of its {@code <words>}. */
    private static String[] hinted(String message, String beginning, String... fill) {
        Matcher typed = TYPED.matcher(message.substring(message.indexOf("hint: ")));
        while (typed.find()) {
            if (typed.group(1).startsWith(beginning)) {
                String command = typed.group(1);
                for (String word : fill) {
                    command = command.replaceFirst("<[a-z]+>", word);
                }
                assertTrue(!command.contains("<"), command);
                return command.split(" ");
            }
        }
        throw new AssertionError("nothing to type that begins with '" + beginning + "': " + message);
    }

    /** Runs what must be refused while a server writes to the repository. */
    private String refused(ExitCode expected, String... words) {
        Result result = neon.run(words);
        CommandLine.requireMessage(expected, result, words);
        return result.err();
    }

    /** Types what a message says. */
    private String type(String message, String beginning, String... fill) {
        return neon.ok(hinted(message, beginning, fill));
    }

    private void table(String branch, String name) {
        Sql.run(neon, branch, "create table " + name + " as select 1 as a");
    }

    private boolean hasTable(String branch, String name) {
        return Sql.query(neon, branch, "select to_regclass('" + name + "') is not null").equals("t");
    }

    @Test
    void theWrongDirectory() throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        CommandLine there = new CommandLine(elsewhere);
        for (String[] words : new String[][] {{"status"}, {"start"}, {"checkout", "main"}, {"commit", "-m", "x"}, {"stash"}, {"undo"}, {"log"}}) {
            String message = there.fails(ExitCode.NOT_A_REPOSITORY, words);
            assertTrue(message.contains("Change to a directory that has one, name it with --repo, or create one with 'neon init'."), message);
        }
        assertTrue(there.ok("-C", "../shop", "status").startsWith("On branch main "));
        assertTrue(there.ok("--repo", "../shop", "status").startsWith("On branch main "));
        Path below = Files.createDirectories(neon.directory().resolve("src/main"));
        assertTrue(new CommandLine(below).ok("status").startsWith("On branch main "), "as git, from a directory below");
        there.ok(hinted(there.fails(ExitCode.NOT_A_REPOSITORY, "status"), "init"));
        assertTrue(there.ok("status").startsWith("On branch main "));
        there.ok("fsck");
    }

    @Test
    void theWrongNameOfABranch() {
        neon.ok("tag", "v1");
        for (String[] words : new String[][] {{"switch", "mian"}, {"checkout", "mian"}, {"start", "mian"}, {"reset", "mian"}, {"log", "mian"}}) {
            String message = neon.fails(ExitCode.NOT_FOUND, words);
            assertTrue(message.endsWith("hint: Did you mean 'main'?\n"), message);
        }
        neon.ok("checkout", "main");
        String unknown = neon.fails(ExitCode.NOT_FOUND, "switch", "production");
        type(unknown, "branch");
        assertTrue(unknown.contains("'neon tag'"), unknown);
        type(neon.fails(ExitCode.ALREADY_EXISTS, "checkout", "-b", "main"), "checkout");
        type(neon.fails(ExitCode.ALREADY_EXISTS, "switch", "-c", "main"), "checkout");
        String invalid = neon.fails(ExitCode.INVALID_INPUT, "checkout", "-b", "my branch");
        neon.ok("checkout", "-b", invalid.replaceFirst("(?s).*for example (\\S+)\\.\n", "$1"));
        String tag = neon.fails(ExitCode.NOT_FOUND, "start", "v1");
        neon.ok("stop", type(tag, "start --read-only").isEmpty() ? "" : neon.ok("ps", "--porcelain").split("\t")[0]);
        type(tag, "branch", "of-tag");
        neon.ok("start", "of-tag");
        for (String word : List.of("merge", "add", "rebase", "restore", "show", "revert")) {
            String message = neon.fails(ExitCode.USAGE, word);
            assertTrue(message.contains("'neon "), message);
        }
    }

    @Test
    void forgettingToStart() {
        for (String[] words : new String[][] {{"psql", "-c", "select 1"}, {"connection-string"}}) {
            hinted(neon.fails(ExitCode.NOT_FOUND, words), "start main");
        }
        String uri = type(neon.fails(ExitCode.NOT_FOUND, "psql"), "start");
        assertEquals(uri, neon.ok("connection-string"));
        neon.ok("checkout", "main");
        uri = type(refused(ExitCode.NOT_FOUND, "psql"), "start");
        assertEquals(uri, neon.ok("connection-string"));
        table("HEAD", "t");
        type(refused(ExitCode.BUSY, "commit", "-m", "t"), "stop main");
        neon.ok("commit", "-m", "t");
    }

    @Test
    void aPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            // Not without a trace: the data directory is made, and stays for the next start.
            String message = refused(ExitCode.BUSY, "start", "--port", port);
            assertTrue(message.endsWith("error: port " + port + " is in use\nhint: Name another with --port, or leave it out.\n"), message);
            neon.ok("start");
            table("main", "t");

            String other = String.valueOf(free.getLocalPort());
            free.close();
            String running = refused(ExitCode.BUSY, "start", "--port", other);
            String uri = type(running, "restart");
            assertTrue(uri.contains(":" + other + "/"), uri);

            refused(ExitCode.BUSY, "restart", "--port", port);
            assertEquals(uri, neon.ok("connection-string"), "the server goes on as it was");
            assertTrue(hasTable("main", "t"));
        }
    }

    @Test
    void committingTwice() {
        neon.ok("checkout", "main");
        neon.ok("start");
        table("HEAD", "t");
        neon.ok("commit", "-m", "t");
        String twice = refused(ExitCode.CONFLICT, "commit", "-m", "t");
        assertTrue(twice.startsWith("error: nothing to commit: no transaction has changed anything on the temporary timeline of main since "), twice);
        assertTrue(hinted(twice, "psql").length == 1 && twice.contains("'--allow-empty'"), twice);
        neon.ok("commit", "-m", "t", "--allow-empty");
        neon.ok("stop");
        type(neon.fails(ExitCode.CONFLICT, "commit", "-m", "t"), "start");
        table("HEAD", "u");
        type(refused(ExitCode.USAGE, "commit"), "commit");

        neon.ok("switch", "--restart", "main");
        assertTrue(hasTable("main", "u"));
        type(refused(ExitCode.CONFLICT, "commit", "-m", "on the branch itself"), "checkout");
        type(refused(ExitCode.BUSY, "commit", "-m", "empty", "--allow-empty"), "stop");
        neon.ok("commit", "-m", "empty", "--allow-empty");
    }

    @Test
    void deletingTheBranchOneIsOn() {
        neon.ok("start");
        type(refused(ExitCode.CONFLICT, "branch", "-d", "main"), "switch -c", "other");
        type(refused(ExitCode.BUSY, "branch", "-d", "main"), "stop");
        // The server has done nothing but a checkpoint.
        neon.ok("branch", "-d", "main");
        neon.ok("undo");
        type(refused(ExitCode.CONFLICT, "branch", "-d", "other"), "switch");
        assertEquals("branch\tmain", neon.ok("status", "--porcelain").lines().findFirst().orElse(""));
        neon.ok("branch", "-d", "other");

        neon.ok("checkout", "-b", "work");
        neon.ok("start");
        table("HEAD", "t");
        neon.ok("commit", "-m", "t");
        type(refused(ExitCode.CONFLICT, "branch", "-D", "work"), "switch");
        String unmerged = refused(ExitCode.CONFLICT, "branch", "-d", "work");
        type(unmerged, "branch -D");
        neon.ok("undo");
        neon.ok("start", "work");
        assertTrue(hasTable("work", "t"), "and even that can be taken back");
    }

    @Test
    void aBranchThatMovedMeanwhile() {
        neon.ok("checkout", "main");
        neon.ok("start", "main");
        table("main", "theirs");
        type(refused(ExitCode.CONFLICT, "commit", "-m", "nothing"), "checkout");
        neon.ok("start");
        assertTrue(hasTable("HEAD", "theirs"), "from the end of main");
        table("HEAD", "mine");
        table("main", "theirs_too");
        neon.ok("status");
        String moved = moved();
        assertTrue(moved.matches("(?s)error: branch 'main' has moved since it was checked out at [0-9A-F/]+: 1 transaction there, 1 here\n.*"), moved);
        type(moved, "checkout -b", "mine");
        neon.ok("commit", "-m", "mine");
        neon.ok("start", "mine");
        assertTrue(hasTable("mine", "mine") && !hasTable("mine", "theirs_too") && hasTable("main", "theirs_too"));
        neon.ok("stop", "--all");

        neon.ok("checkout", "main");
        neon.ok("start");
        table("HEAD", "better");
        neon.ok("start", "main");
        table("main", "worse");
        moved = moved();
        type(refused(ExitCode.BUSY, hinted(moved, "branch -f")), "stop");
        type(moved, "branch -f");
        neon.ok("start", "main");
        assertTrue(hasTable("main", "better") && !hasTable("main", "worse"));
        neon.ok("stop", "main");
        neon.ok("undo");
        neon.ok("start", "main");
        assertTrue(hasTable("main", "worse"));
    }

    private String moved() {
        return refused(ExitCode.CONFLICT, "commit", "-m", "mine");
    }

    @Test
    void aMistypedRevision() {
        neon.ok("start");
        table("main", "t");
        neon.ok("tag", "before-migration");
        neon.ok("stop");
        String near = neon.fails(ExitCode.NOT_FOUND, "checkout", "before-migratoin");
        neon.ok("checkout", near.replaceFirst("(?s).*Did you mean '(.*)'\\?\n", "$1"));
        String time = neon.fails(ExitCode.NOT_FOUND, "checkout", "main@{5 secnds ago}");
        assertTrue(time.endsWith("hint: A time is written like '2026-11-20 10:00' or '5 minutes ago'.\n"), time);
        neon.ok("checkout", "main@{" + "5 minutes ago".replaceFirst("5 minutes", "0 seconds") + "}");
        String early = neon.fails(ExitCode.INVALID_INPUT, "checkout", "main@{2001-01-01}");
        neon.ok("checkout", "main@" + early.replaceFirst("(?s).*begins at ([0-9A-F/]+),.*", "$1"));
        String deep = neon.fails(ExitCode.NOT_FOUND, "checkout", "main@{99}");
        neon.ok("checkout", deep.replaceFirst("(?s).*goes back to (\\S+) at most\\.\n", "$1"));
        String tip = neon.ok("rev-parse", "--lsn", "main");
        String inside = neon.fails(ExitCode.INVALID_INPUT, "checkout",
                "main@0/" + Long.toHexString(Long.parseLong(tip.split("/")[1], 16) - 8));
        neon.ok("checkout", "main@" + inside.replaceFirst("(?s).*begins at ([0-9A-F/]+) and.*", "$1"));
        String beyond = neon.fails(ExitCode.INVALID_INPUT, "checkout", "main@F/0");
        neon.ok("checkout", "main@" + beyond.replaceFirst("(?s).* to ([0-9A-F/]+)\\.\n", "$1"));
        String nothing = neon.fails(ExitCode.NOT_FOUND, "checkout");
        type(nothing, "checkout");
    }

    /** With directories that their owner may not write. */
    @Test
    void noPermission() throws Exception {
        List<String> asNobodySpecial = ServerUser.current().wrap(List.of());
        assumeTrue(asNobodySpecial.isEmpty() || asNobodySpecial.getFirst().equals("unshare"), "needs a user namespace to be no longer root");
        neon.ok("checkout", "main");
        neon.ok("start");
        table("HEAD", "t");
        neon.ok("stop");
        try (NeonProcesses processes = new NeonProcesses(neon.directory(), asNobodySpecial)) {
            Files.setPosixFilePermissions(neon.repository(), PosixFilePermissions.fromString("---------"));
            NeonProcesses.Outcome closedToUs = processes.run(new NeonProcesses.Kill.Never(), "status");
            Files.setPosixFilePermissions(neon.repository(), PosixFilePermissions.fromString("rwx------"));
            assertEquals(ExitCode.STORAGE_FAILED.number(), closedToUs.code(), closedToUs.text());
            assertTrue(closedToUs.text().startsWith("error: unable to open '" + neon.repository() + "': permission denied\nhint: "), closedToUs.text());
            for (String[] refused : new String[][] {{"timelines", "branch x"}, {"", "checkout --discard"},
                    {"logs", "branch z"}, {"run", "start main"}}) {
                Path closed = neon.repository().resolve(refused[0]);
                Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
                TreeHash before = TreeHash.of(neon.repository());
                NeonProcesses.Outcome outcome = processes.run(new NeonProcesses.Kill.Never(), refused[1].split(" "));
                String message = outcome.text();
                assertEquals(ExitCode.STORAGE_FAILED.number(), outcome.code(), message);
                assertEquals(before.entries(), TreeHash.of(neon.repository()).entries(), refused[1]);
                Matcher advice = Pattern.compile("(?s).*permission denied\nhint: It is yours, but its mode forbids it: '(chmod [^']*)' changes that\\.\n")
                        .matcher(message);
                assertTrue(advice.matches(), refused[1] + ": " + message);
                assertTrue(processes.run(new NeonProcesses.Kill.Never(), "status").isDone(), "reading is still allowed");
                assertEquals(0, new ProcessBuilder(advice.group(1).split(" ")).start().waitFor());
                outcome = processes.run(new NeonProcesses.Kill.Never(), refused[1].split(" "));
                assertTrue(outcome.isDone(), outcome.text());
                neon.ok("fsck");
            }
        }
    }

    @Test
    void ctrlCInTheMiddle() throws Exception {
        neon.ok("checkout", "main");
        start();
        table("HEAD", "t");
        try (NeonProcesses processes = new NeonProcesses(neon.directory(), List.of())) {
            long begin = System.nanoTime();
            assertTrue(processes.run(new NeonProcesses.Kill.Never(), "commit", "-m", "t").isDone());
            Duration whole = Duration.ofNanos(System.nanoTime() - begin);
            for (int percent : new int[] {45, 60, 75, 90, 110}) {
                NeonProcesses.Kill moment = new NeonProcesses.Kill.Interrupt(whole.multipliedBy(percent).dividedBy(100));
                table("HEAD", "t" + percent);
                afterCtrlC(processes.run(moment, "commit", "-m", "t" + percent));
                if (neon.run("status").out().contains(" ahead")) {
                    neon.ok("commit", "-m", "again");
                }
                neon.ok("start", "main", "-p", String.valueOf(freePort()));
                assertTrue(hasTable("main", "t" + percent));
                neon.ok("stop", "main");

                table("HEAD", "s" + percent);
                afterCtrlC(processes.run(moment, "stash", "--restart"));
                if (neon.ok("stash", "list").isEmpty()) {
                    neon.ok("stash", "--restart");
                }
                start();
                assertTrue(!hasTable("HEAD", "s" + percent));
                neon.ok("stash", "pop", "--restart");
                start();
                assertTrue(hasTable("HEAD", "s" + percent));

                afterCtrlC(processes.run(moment, "checkout", "--discard", "--restart"));
                neon.ok("checkout", "--discard", "--restart");
                assertTrue(neon.ok("status").contains("nothing to commit"));

                neon.ok("stop", "--all");
                afterCtrlC(processes.run(moment, "start", "-p", String.valueOf(freePort())));
                start();
                assertTrue(hasTable("HEAD", "t" + percent) && !hasTable("HEAD", "s" + percent));
                assertEquals(1, neon.ok("ps", "--porcelain").lines().count());
            }
            neon.ok("stop", "--all");
            neon.ok("fsck", "--full");
            processes.requireNothingLeft();
        }
    }

    /** On a port that no other server takes while this one is down; it may run already. */
    private void start() throws IOException {
        if (neon.ok("status", "--porcelain").contains("state\trunning")) {
            return;
        }
        neon.ok("start", "-p", String.valueOf(freePort()));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** It is done, or says that it is not; a process that ends before it could listen says nothing. */
    private void afterCtrlC(NeonProcesses.Outcome outcome) {
        assertTrue(outcome.code() == 0 || outcome.code() == 130 && (outcome.text().isEmpty()
                || outcome.text().endsWith("interrupted\nhint: Nothing is broken: type the command again, or see with 'neon status' what was done.\n")),
                outcome.code() + ": " + outcome.text());
        neon.ok("fsck");
    }
}
