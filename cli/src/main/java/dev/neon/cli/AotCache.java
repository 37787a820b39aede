package dev.neon.cli;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * The JVM's AOT caches that the build makes beside the jar. The JVM takes in all classes of its cache when it starts, so
 * each kind of commands has one with what it needs and little else. The launcher has the commands of each in its table.
 */
enum AotCache {
    /** For all commands that no other cache is for. First, since it makes the repository that the others train in. */
    GENERAL("", List.of("-XX:TieredStopAtLevel=1"),
            "", "help", "help version", "version --help", "verison", "-q --color always version -C .",
            // From here on with a real server, as a repository is used.
            "init", "start main", "branch", "branch heikki main", "branch try heikki", "branch", "branch --porcelain",
            "status", "status --porcelain", "rev-parse HEAD", "rev-parse main^ nonsense", "rev-parse main@{now}",
            "rev-parse main@{xid:740}", "tag v1 main", "tag", "ps", "psql main -f " + TrainingMain.SCRIPT,
            "log", "log -20", "log -3 --stat --oneline", "log --graph --all", "log --json -1",
            "branch late main", "psql main -f " + TrainingMain.SCRIPT, "diff --stat late main", "diff late main -- t",
            "diff --format sql late..main -- t", "diff --schema main heikki",
            "connection-string main", "snapshot list main", "wal stats", "wal stats --by record", "wal dump -n 100",
            "wal verify", "wal stats -p " + TrainingMain.WAL, "wal stats -p " + TrainingMain.WAL + " 0/1000000..",
            "start main", "stop main", "branch", "status",
            "rev-parse HEAD", "log -20", "start main", "stop --all", "start main"),

    /** For the commands that one expects to answer as soon as git's. */
    SHORT("-short", List.of("-XX:TieredStopAtLevel=1"),
            "version", "version --json", "completion bash", "__complete branches", "__complete revisions",
            "version --jsno", "status", "status --porcelain", "status --json", "branch --porcelain",
            "branch " + TrainingMain.FRESH, "branch", "branch -d " + TrainingMain.FRESH, "branch", "branch --json",
            "branch main", "switch main", "switch -c " + TrainingMain.FRESH + "s", "switch main", "hook post-checkout 0 0 1",
            "hook status", "rev-parse HEAD", "rev-parse --json main", "rev-parse main^ nonsense",
            "tag " + TrainingMain.FRESH + " main", "tag", "tag -d " + TrainingMain.FRESH, "ps", "connection-string main",
            "config list", "config get core.repositoryId"),

    /**
     * For the commands that go to other repositories: a client for HTTP is more than all the rest of most commands. Not for
     * the quickest compiler alone, since TLS and large clones want better code.
     */
    SYNC("-sync", List.of(),
            "clone . " + TrainingMain.FRESH, "-C " + TrainingMain.FRESH + " fetch", "-C " + TrainingMain.FRESH + " pull",
            "-C " + TrainingMain.FRESH + " branch x", "-C " + TrainingMain.FRESH + " push origin x:" + TrainingMain.FRESH,
            "ls-remote .", "clone " + TrainingMain.HTTP + ' ' + TrainingMain.FRESH + "h", "psql main -f " + TrainingMain.SCRIPT,
            "-C " + TrainingMain.FRESH + "h fetch", "psql main -f " + TrainingMain.WALK,
            "-C " + TrainingMain.FRESH + "h pull", "-C " + TrainingMain.FRESH + "h push", "ls-remote " + TrainingMain.HTTP,
            "clone --lazy . " + TrainingMain.FRESH + "l", "-C " + TrainingMain.FRESH + "l backfill", "clone nowhere x"),

    /**
     * For {@code wal}, which is half a second over a gigabyte: a third of that were compilers, as long as they had to find
     * out by themselves what is hot. Trained with all of them, and for long enough that the last has come to its end.
     */
    WAL("-wal", List.of(), lines(List.of("psql main -f " + TrainingMain.WALK),
            Collections.nCopies(60, "wal stats -p " + TrainingMain.WAL),
            List.of("wal stats", "wal stats --by record", "wal stats --by relation main", "wal verify",
                    "wal verify -p " + TrainingMain.WAL, "wal dump -n 1000", "wal dump --json -n 1000",
                    "wal stats -p " + TrainingMain.WAL + " 0/1000000..", "wal stats nonsense")));

    private final String suffix;
    private final List<String> flags;
    private final List<String> commandLines;

    AotCache(String suffix, List<String> flags, String... commandLines) {
        this.suffix = suffix;
        this.flags = flags;
        this.commandLines = List.of(commandLines);
    }

    @SafeVarargs
    private static String[] lines(List<String>... parts) {
        return Stream.of(parts).flatMap(List::stream).toArray(String[]::new);
    }

    /** Where it is: {@code neon-short.aot} beside {@code neon.jar}. */
    Path beside(Path jar) {
        return jar.resolveSibling(baseName(jar) + suffix + ".aot");
    }

    /** What the names of all that the build makes beside the jar begin with. */
    static String baseName(Path jar) {
        return jar.getFileName().toString().replaceFirst("\\.jar$", "");
    }

    /** The launcher's flags for the commands of this cache that bear on what is in a cache. */
    List<String> flags() {
        return flags;
    }

    /** What it is trained with, in this order. Some command lines fail, since that shall be quick as well. */
    List<String> commandLines() {
        return commandLines;
    }
}
