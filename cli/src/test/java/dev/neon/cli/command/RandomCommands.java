package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.command.NeonProcesses.Kill;
import dev.neon.cli.command.NeonProcesses.Outcome;
import dev.neon.cli.framework.ExitCode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Does random things to names of its own, to main, and to the repository as a whole, and knows what of it must be there at
 * the end.
 */
final class RandomCommands {
    /** Another command holds what this one needs, or has just changed it. */
    private static final Set<Integer> IN_THE_WAY = Set.of(ExitCode.BUSY.number(), ExitCode.CONFLICT.number());
    /** A branch of no worker's. */
    static final String SHARED = "shared";
    private static final Pattern BIN = Pattern.compile("\"id\": ?\"([^\"]+)\"");
    private static final Pattern LEASE = Pattern.compile("lease (\\w+) until");

    private final String name;
    private final Random random;
    private final CommandLine neon;
    private final NeonProcesses processes;
    private final MainWriter main;
    private final Map<String, Named> names = new TreeMap<>();
    private final List<String> leases = new ArrayList<>();
    private int number;
    private int refusals;

    /**
     * What a branch or tag has that was made from main.
     *
     * @param point   where it ends
     * @param atLeast transactions that were acknowledged when it was asked for
     * @param atMost  transactions that had begun when it was there
     */
    record Named(String point, long atLeast, long atMost) {
        Named endsAt(String other) {
            return new Named(other, atLeast, atMost);
        }

        void require(long transactions, String what) {
            assertTrue(atLeast <= transactions && transactions <= atMost, () -> what + " has " + transactions
                    + " transactions, but should have " + atLeast + " to " + atMost);
        }
    }

    RandomCommands(String name, Random random, CommandLine neon, NeonProcesses processes, MainWriter main) {
        this.name = name;
        this.random = random;
        this.neon = neon;
        this.processes = processes;
        this.main = main;
    }

    /** The names that must be there. */
    Map<String, Named> names() {
        return Map.copyOf(names);
    }

    /** How many commands ended with an error that was to be expected. */
    int refusals() {
        return refusals;
    }

    Void workUntil(Instant end) throws Exception {
        while (Instant.now().isBefore(end)) {
            step();
        }
        return null;
    }

    private void step() throws Exception {
        switch (random.nextInt(23)) {
            case 0, 1, 2 -> create("branch");
            case 3, 4 -> create("tag");
            case 5, 6 -> delete();
            case 7 -> lease();
            case 8 -> release();
            case 9, 10 -> command(Set.of(ExitCode.ALREADY_EXISTS), "snapshot", "create", "main");
            case 11, 12 -> command(Set.of(), "gc", "--prune", random.nextBoolean() ? "now" : "2w");
            case 13 -> command(Set.of(), "gc", "--aggressive");
            case 14 -> restore();
            case 15, 16 -> startAndStop();
            case 17 -> command(Set.of(), random.nextBoolean() ? "status" : "branch");
            case 18 -> command(Set.of(), "log", "-n", "5", "main");
            case 19, 20, 21 -> moveHead();
            default -> command(Set.of(), random.nextBoolean() ? new String[] {"gc", "--explain"} : new String[] {"fsck"});
        }
    }

    /** HEAD and the branch {@link #SHARED} are everybody's, so others may just have moved them. */
    private void moveHead() throws Exception {
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> command(Set.of(), "checkout", "--discard", SHARED);
            case 3, 4 -> command(Set.of(), "commit", "--allow-empty", "-m", "by " + name);
            case 5 -> command(Set.of(), "switch", "--discard", SHARED);
            case 6 -> command(Set.of(), "reset", "--discard");
            default -> command(Set.of(), "reflog", "-n", "3");
        }
    }

    private void create(String kind) throws Exception {
        String created = name + "-" + kind + "-" + number++;
        long atLeast = main.acknowledged();
        Outcome outcome = command(Set.of(), kind, created, "main");
        String point = point(created);
        assertTrue(!outcome.isDone() || !point.isEmpty(), () -> created + " was made and is not there");
        if (!point.isEmpty()) {
            names.put(created, new Named(point, atLeast, main.begun()));
        }
    }

    /** Empty if there is nothing of that name. */
    private String point(String revision) {
        var result = neon.run("rev-parse", revision);
        assertTrue(result.code() == 0 || result.code() == ExitCode.NOT_FOUND.number(), result.err());
        return result.code() == 0 ? result.out().strip() : "";
    }

    static boolean isBranch(String name) {
        return name.contains("-branch-");
    }

    private void delete() throws Exception {
        if (names.isEmpty()) {
            return;
        }
        String gone = any(List.copyOf(names.keySet()));
        Outcome outcome = isBranch(gone) ? command(Set.of(), "branch", "-D", gone) : command(Set.of(), "tag", "-d", gone);
        String point = point(gone);
        assertTrue(!outcome.isDone() || point.isEmpty(), () -> gone + " was deleted and is there");
        if (point.isEmpty()) {
            names.remove(gone);
        }
    }

    private void lease() throws Exception {
        Outcome outcome = command(Set.of(), "lease", "main", "--for", random.nextBoolean() ? "1s" : "1d");
        Matcher taken = LEASE.matcher(outcome.text());
        if (outcome.isDone() && taken.find()) {
            leases.add(taken.group(1));
        }
    }

    /** One that has expired, or whose release was killed, may be gone. */
    private void release() throws Exception {
        if (leases.isEmpty()) {
            return;
        }
        command(Set.of(ExitCode.NOT_FOUND), "lease", "--release", leases.remove(random.nextInt(leases.size())));
    }

    /** Others restore and delete bins meanwhile. */
    private void restore() throws Exception {
        Matcher id = BIN.matcher(command(Set.of(), "gc", "--list", "--json").text());
        List<String> bins = id.results().map(found -> found.group(1)).toList();
        if (!bins.isEmpty()) {
            command(Set.of(ExitCode.NOT_FOUND), "gc", "--restore", any(bins));
        }
    }

    /** A server on a branch of its own. What it writes by itself moves the branch's end. */
    private void startAndStop() throws Exception {
        List<String> branches = names.keySet().stream().filter(RandomCommands::isBranch).toList();
        if (branches.isEmpty()) {
            return;
        }
        String branch = any(branches);
        if (command(Set.of(), "start", branch).isDone()) {
            names.get(branch).require(MainWriter.read(neon, branch), branch);
        }
        if (command(Set.of(ExitCode.NEGATIVE), "stop", branch).isKilled()) {
            command(new Kill.Never(), Set.of(ExitCode.NEGATIVE), "stop", branch);
        }
        names.put(branch, names.get(branch).endsAt(point(branch)));
    }

    private <T> T any(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    /** Each name ends where it did. */
    void checkPoints() {
        names.forEach((created, named) -> assertEquals(named.point(), point(created), created));
    }

    private Outcome command(Set<ExitCode> expected, String... words) throws Exception {
        return command(kill(List.of(words)), expected, words);
    }

    /** A sixth of the commands; and half of those that take the lock of collections, while they have it. */
    private Kill kill(List<String> words) {
        if (words.getFirst().equals("gc") && !words.contains("--list") && !words.contains("--explain") && random.nextBoolean()) {
            return new Kill.AfterItHas("run/gc.lock", Duration.ofMillis(random.nextInt(words.contains("--restore") ? 30 : 300)));
        }
        return random.nextInt(6) == 0 ? new Kill.AfterItsStart(Duration.ofMillis(random.nextInt(2500))) : new Kill.Never();
    }

    private Outcome command(Kill kill, Set<ExitCode> expected, String... words) throws Exception {
        Outcome outcome = processes.run(kill, words);
        if (!outcome.isKilled() && outcome.code() != 0) {
            assertTrue(IN_THE_WAY.contains(outcome.code()) || expected.stream().anyMatch(code -> code.number() == outcome.code()),
                    () -> name + ": " + String.join(" ", words) + " ended with " + outcome.code() + ": " + outcome.text());
            refusals++;
        }
        return outcome;
    }
}
