package dev.neon.cli.command.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.command.Sql;
import dev.neon.cli.framework.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database follows git's branch, with the real git. */
class HookTest {
    @TempDir
    Path directory;

    private GitProject project;

    @BeforeEach
    void makeAProject() throws Exception {
        project = new GitProject(directory.resolve("shop")).begin();
        project.neon().ok("init");
        project.neon().ok("hook", "install");
    }

    @AfterEach
    void stopServers() {
        if (project != null) {
            project.close();
        }
    }

    @Test
    void aServerFollowsOnTheSamePort() throws Exception {
        // Not a port that another server takes while this one is down.
        String uri = project.neon().ok("start", "-p", String.valueOf(freePort()));
        Sql.run(project.neon(), "main", "create table t as select 1 as a");

        String made = project.git("switch", "-c", "orders");
        assertTrue(made.matches("(?s)Switched to a new branch 'orders'\nneon: database branch orders made from main at [0-9A-F/]+\n"
                + "Starting postgres on orders, port [0-9]+ \\.\\.\\. ready in [0-9.]+ s\n"), made);
        assertEquals("orders", project.database());
        assertEquals(uri, project.neon().ok("connection-string"));
        Sql.run(project.neon(), "orders", "insert into t values (2)");

        String back = project.git("switch", "main");
        assertTrue(back.contains("neon: database now on branch main at "), back);
        assertEquals(uri, project.neon().ok("connection-string", "main"));
        assertEquals("1", Sql.query(project.neon(), "main", "select count(*) from t"));
        assertEquals(1, project.neon().ok("ps", "--porcelain").lines().count(), "one server, which moves");

        project.git("checkout", "orders");
        assertEquals("2", Sql.query(project.neon(), "orders", "select count(*) from t"));
        assertEquals("Already on 'orders'\n", project.git("switch", "orders"), "nothing is done twice");
        project.neon().ok("fsck");
    }

    @Test
    void serversStayWhereTheyAreToldTo() throws Exception {
        project.neon().ok("config", "set", "hook.restart", "false");
        String uri = project.neon().ok("start");
        String said = project.git("switch", "-c", "x");
        assertTrue(said.matches("(?s).*neon: the server on port [0-9]+ stays on main; 'neon stop main' ends it, 'neon start' starts one here\n"), said);
        assertEquals(uri, project.neon().ok("connection-string", "main"));

        project.neon().ok("config", "set", "hook.restart", "true");
        String other = project.neon().ok("start", "x");
        project.git("switch", "main");
        assertTrue(project.git("switch", "x").contains("neon: database now on branch x"), "both have one");
        assertEquals(uri, project.neon().ok("connection-string", "main"));
        assertEquals(other, project.neon().ok("connection-string", "x"), "a branch that has a server keeps it");
    }

    @Test
    void aNewBranchBeginsWhereGitsDoes() throws Exception {
        project.neon().ok("start");
        Sql.run(project.neon(), "main", "create table t as select 1 as a");
        project.neon().ok("tag", "v1", "main");
        project.git("tag", "v1");
        Sql.run(project.neon(), "main", "insert into t values (2)");
        project.git("switch", "-c", "topic");
        Sql.run(project.neon(), "topic", "insert into t values (3)");
        project.neon().ok("stop", "--all");

        assertTrue(project.git("switch", "-c", "of-main", "main").contains("branch of-main made from main "));
        assertEquals("2", rows("of-main"));
        assertTrue(project.git("switch", "-c", "of-topic", "topic").contains("branch of-topic made from topic "));
        assertEquals("3", rows("of-topic"));
        project.git("branch", "later", "main");
        assertTrue(project.git("switch", "later").contains("branch later made from main "));
        assertEquals("2", rows("later"));
        assertTrue(project.git("switch", "-c", "hotfix", "v1").contains("branch hotfix made from v1 "), "the database has that tag");
        assertEquals("1", rows("hotfix"));
        project.git("switch", "topic");
        assertTrue(project.git("switch", "-c", "at-commit", "v1~0").contains("branch at-commit made from topic "), "where the database is");
        project.git("branch", "-m", "topic", "feature/renamed");
        assertTrue(project.git("switch", "feature/renamed").contains("branch feature/renamed made from topic "));
        assertEquals("3", rows("feature/renamed"));
    }

    private String rows(String branch) {
        project.neon().ok("start", branch);
        String rows = Sql.query(project.neon(), branch, "select count(*) from t");
        project.neon().ok("stop", "--all");
        return rows;
    }

    /** Where git's reflog does not lead to where HEAD is, nothing is taken along from there. */
    @Test
    void aBranchOfUnknownOriginTakesNothingAlong() throws Exception {
        project.git("branch", "-m", "main", "master");
        project.neon().ok("branch", "elsewhere", "main");
        project.git("update-ref", "refs/heads/without-log", "HEAD");
        project.git("update-ref", "refs/heads/elsewhere", "HEAD");
        project.neon().ok("checkout", "elsewhere");
        project.neon().ok("start");
        Sql.run(project.neon(), "HEAD", "create table t as select 1 as a");
        String said = project.git("switch", "without-log");
        assertTrue(said.contains("warning: the database did not follow git: cannot leave: 1 transaction"), said);
        project.neon().ok("checkout", "--discard", "--restart");
        assertTrue(project.git("switch", "without-log").contains("neon: database branch without-log made from elsewhere"));
        assertEquals("without-log", project.database());
    }

    @Test
    void theFirstBranchMayHaveAnotherName() throws Exception {
        project.neon().ok("hook", "uninstall");
        project.git("branch", "-m", "main", "master");
        Result installed = project.neon().run("hook", "install");
        assertTrue(installed.err().contains("'neon branch -m main master'"), installed.err());
        project.neon().ok("branch", "-m", "main", "master");
        assertEquals("Already on 'master'\n", project.git("switch", "master"));
        assertEquals("master", project.database());
    }

    /** A colleague's branch that git takes from a remote is taken from neon's remote. */
    @Test
    void aBranchOfARemoteBeginsThere() throws Exception {
        project.neon().ok("branch", "theirs", "main");
        project.git("branch", "theirs");
        GitProject clone = new GitProject(directory.resolve("clone"));
        try (clone) {
            clone.git("clone", "-q", project.directory().toString(), ".");
            clone.neon().ok("clone", project.directory().toString(), ".");
            clone.neon().ok("hook", "install");
            String said = clone.git("switch", "theirs");
            assertTrue(said.contains("neon: database branch theirs made from origin/theirs at "), said);
            assertEquals("theirs", clone.database());
        }
    }

    @Test
    void uncommittedWorkIsNeverLeft() throws Exception {
        project.git("branch", "other");
        project.neon().ok("branch", "other");
        project.neon().ok("checkout", "main");
        project.neon().ok("start");
        Sql.run(project.neon(), "HEAD", "create table t as select 1 as a");
        GitProject.Answer refused = project.gitIn(project.directory(), "switch", "other");
        assertEquals(0, refused.code(), "git has switched");
        assertTrue(refused.text().matches("(?s)Switched to branch 'other'\nwarning: the database did not follow git: .*1 transaction on the temporary "
                + "timeline of main is not committed\nhint: 'neon commit -m <message>' .*'git switch other' tries again\\.\n"), refused.text());
        assertEquals("main", project.database());
        assertEquals("1", Sql.query(project.neon(), "HEAD", "select count(*) from t"), "its server goes on");

        project.neon().ok("commit", "-m", "t");
        project.git("switch", "other");
        assertEquals("other", project.database());
        assertEquals("f", Sql.query(project.neon(), "other", "select to_regclass('t') is not null"));
    }

    /** As git takes along the files that are not committed. */
    @Test
    void aNewBranchTakesUncommittedWorkAlong() throws Exception {
        project.neon().ok("config", "set", "hook.mode", "checkout");
        project.neon().ok("checkout", "main");
        project.neon().ok("start");
        Sql.run(project.neon(), "HEAD", "create table t as select 1 as a");
        String said = project.git("switch", "-c", "new");
        assertTrue(said.contains("database branch new made from main"), said);
        assertEquals("t", Sql.query(project.neon(), "HEAD", "select to_regclass('t') is not null"));
        project.neon().ok("commit", "-m", "t");
        project.git("switch", "main");
        assertTrue(project.neon().ok("status").startsWith("On a temporary timeline of main, nothing to commit"));
        assertEquals("f", Sql.query(project.neon(), "HEAD", "select to_regclass('t') is not null"));
        project.git("switch", "new");
        assertEquals("t", Sql.query(project.neon(), "HEAD", "select to_regclass('t') is not null"));
        project.neon().ok("fsck");
    }

    @Test
    void whatIsNoBranchLeavesTheDatabase() throws Exception {
        project.git("switch", "-c", "topic");
        Files.writeString(project.directory().resolve("app.txt"), "topic\n");
        project.git("commit", "-aqm", "topic");
        assertEquals("", project.git("checkout", "-q", "HEAD~1", "--", "app.txt"));
        project.git("checkout", "-q", "HEAD", "--", "app.txt");
        assertEquals("topic", project.database());

        assertTrue(project.git("checkout", "-q", "--detach").equals("neon: git is on no branch, the database stays on branch topic\n"));
        project.git("switch", "-q", "main");
        assertEquals("main", project.database());
        Files.writeString(project.directory().resolve("other.txt"), "main\n");
        project.git("add", "other.txt");
        project.git("commit", "-qm", "main");

        String rebased = project.git("rebase", "main", "topic");
        assertFalse(rebased.contains("neon"), rebased);
        assertEquals("main", project.database(), "git calls no hook when a rebase has ended on another branch");
        String status = project.neon().run("hook", "status").out();
        assertTrue(status.contains("git is on branch topic, the database on branch main; 'git switch topic' brings it along"), status);
        project.git("switch", "topic");
        assertEquals("topic", project.database());
        project.git("bisect", "start", "HEAD", "HEAD~2");
        project.git("bisect", "reset");
        assertEquals("topic", project.database());
    }

    @Test
    void namesThatTheDatabaseCannotHave() throws Exception {
        String id = "0123456789abcdef0123456789abcdef";
        GitProject.Answer answer = project.gitIn(project.directory(), "switch", "-c", id);
        assertEquals(0, answer.code());
        assertTrue(answer.text().contains("warning: the database did not follow git: invalid name '" + id + "'"), answer.text());
        assertEquals("main", project.database());
        project.git("switch", "-c", "a\"b/it's");
        assertEquals("a\"b/it's", project.database());
        project.neon().ok("branch", "taken", "main");
        String said = project.git("switch", "-c", "taken/below");
        assertTrue(said.contains("warning: the database did not follow git: ") && said.contains("'taken'"), said);
        assertEquals("a\"b/it's", project.database());
    }

    @Test
    void whereNeonOrItsRepositoryIsGone() throws Exception {
        Files.delete(project.launcher());
        GitProject.Answer answer = project.gitIn(project.directory(), "switch", "-c", "a");
        assertEquals("0 Switched to a new branch 'a'\nneon: not found, so the database stays where it is; install neon again and run "
                + "'neon hook install'\n", answer.code() + " " + answer.text());
        project.installNeon();
        Files.move(project.neon().repository(), directory.resolve("away"));
        answer = project.gitIn(project.directory(), "switch", "-c", "b");
        assertEquals("0 Switched to a new branch 'b'\nneon: there is no '.neon' here; 'neon hook uninstall' removes this hook\n",
                answer.code() + " " + answer.text());
        assertEquals("removed " + hook(), project.neon().ok("hook", "uninstall"));
        assertEquals("Switched to a new branch 'c'\n", project.git("switch", "-c", "c"));
        Files.move(directory.resolve("away"), project.neon().repository());
    }

    @Test
    void workTreesBesideLeaveTheDatabase() throws Exception {
        assertFalse(project.git("worktree", "add", "-b", "beside", "../beside").contains("neon"));
        String inside = project.git("worktree", "add", "-b", "inside", "trees/inside");
        assertFalse(inside.contains("neon"), inside);
        assertEquals("main", project.database());
        Files.delete(hook());
        GitProject.executable(hook(), "#!/bin/sh\n'" + project.launcher() + "' hook post-checkout \"$@\" || :\n");
        inside = project.gitIn(project.directory().resolve("trees/inside"), "switch", "-c", "again").text();
        assertTrue(inside.contains("neon: this work tree has no database of its own, the one of '" + project.directory()
                + "' stays on branch main\n"), inside);
        assertEquals("main", project.database());
        project.git("switch", "-c", "by-hand");
        assertEquals("by-hand", project.database(), "a line in a hook of one's own does it, too");
    }

    @Test
    void anotherHookIsKept() throws Exception {
        project.neon().ok("hook", "uninstall");
        Result none = project.neon().run("hook", "uninstall");
        assertEquals("1 no hook of neon is installed\n", none.code() + " " + none.err());
        assertEquals(1, project.neon().run("hook", "status").code());
        GitProject.executable(hook(), "#!/bin/sh\necho mine\n");
        String refused = project.neon().fails(ExitCode.CONFLICT, "hook", "install");
        String line = refused.split("`")[1];
        assertEquals("#!/bin/sh\necho mine\n", Files.readString(hook()));
        Files.writeString(hook(), Files.readString(hook()) + line + "\n");
        String said = project.git("switch", "-c", "both");
        assertTrue(said.contains("mine\nneon: database branch both made from main"), said);
        assertEquals(0, project.neon().run("hook", "status").code());
        project.neon().fails(ExitCode.CONFLICT, "hook", "uninstall");
        project.neon().fails(ExitCode.CONFLICT, "hook", "install");
    }

    @Test
    void hooksAreWhereGitLooksForThem() throws Exception {
        project.neon().ok("hook", "uninstall");
        project.git("config", "core.hooksPath", "tools/hooks");
        Result installed = project.neon().run("hook", "install");
        assertEquals("installed " + project.directory().resolve("tools/hooks/post-checkout") + "\n", installed.out());
        assertTrue(installed.err().startsWith("warning: git's core.hooksPath "), installed.err());
        project.git("switch", "-c", "x");
        assertEquals("x", project.database());
    }

    /** The repository below the top of the work tree, neon called there. */
    @Test
    void aRepositoryInASubdirectory() throws Exception {
        project.neon().ok("hook", "uninstall");
        Path below = Files.createDirectories(project.directory().resolve("it's db"));
        Files.move(project.neon().repository(), below.resolve(".neon"));
        String said = project.neon().run("-C", below.toString(), "hook", "install").err();
        assertTrue(said.contains("added /it's db/.neon/ to " + project.directory().resolve(".git/info/exclude")), said);
        project.git("switch", "-c", "x");
        assertTrue(project.neon().ok("-C", below.toString(), "status").startsWith("On branch x "));
        assertEquals("", project.git("status", "--short"));
        Files.move(below.resolve(".neon"), project.neon().repository());
    }

    @Test
    void gitDoesNotSeeTheRepository() throws Exception {
        assertEquals("", project.git("status", "--short"));
        assertEquals(List.of("/.neon/"), Files.readAllLines(project.directory().resolve(".git/info/exclude")).stream()
                .filter(line -> !line.startsWith("#")).toList());
        assertEquals("", project.neon().run("hook", "install").err(), "once is enough");
    }

    @Test
    void whatStaysOfDeletedBranches() throws Exception {
        project.git("switch", "-c", "done");
        project.git("switch", "main");
        project.git("branch", "-d", "done");
        String status = project.neon().ok("hook", "status");
        assertTrue(status.endsWith("Branches of the database that git does not have; 'neon branch -d <name>' deletes one:\n  done"), status);
        String json = project.neon().ok("hook", "status", "--json");
        assertTrue(json.contains("\"withoutGitBranch\" : [ \"done\" ]"), json);
        project.neon().ok("branch", "-d", "done");
        assertFalse(project.neon().ok("hook", "status").contains("done"));
    }

    @Test
    void whereThereIsNoGit() throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        GitProject other = new GitProject(elsewhere);
        other.neon().ok("init");
        assertTrue(other.neon().fails(ExitCode.NOT_FOUND, "hook", "install").contains("there is no git work tree here"));
        other.neon().with("PATH", directory.toString());
        assertTrue(other.neon().fails(ExitCode.NOT_FOUND, "hook", "install").contains("unable to run 'git'"));
        assertTrue(other.neon().fails(ExitCode.NOT_FOUND, "hook", "status").contains("Install git"));
    }

    @Test
    void wrongSettingsAreTold() throws Exception {
        project.neon().ok("config", "set", "hook.mode", "swtich");
        GitProject.Answer answer = project.gitIn(project.directory(), "switch", "-c", "x");
        assertEquals(0, answer.code());
        assertTrue(answer.text().contains("warning: the database did not follow git: hook.mode is 'swtich'\nhint: It is switch or checkout"),
                answer.text());
        assertTrue(project.neon().fails(ExitCode.INVALID_INPUT, "hook", "status").contains("neon config set hook.mode switch"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private Path hook() {
        return project.directory().resolve(".git/hooks/post-checkout");
    }
}
