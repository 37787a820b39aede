package dev.neon.cli;

import dev.neon.cli.framework.CommandTree;
import dev.neon.cli.framework.CommandTree.Group;
import dev.neon.cli.framework.CommandTree.Leaf;
import dev.neon.cli.framework.ExitCode;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Holds every command line of {@link CommandLine} to the exit codes that the command's help promises. */
final class DeclaredExits {
    private static final List<String> TAKE_A_VALUE = List.of("-C", "--repo", "--color");

    private DeclaredExits() {}

    static void require(CommandTree tree, int code, String err, String... words) {
        // psql's own status is neon's.
        boolean promised = leaf(tree, words).map(leaf -> leaf.path().equals("psql")
                || leaf.factory().get().description().allExits().stream().anyMatch(exit -> exit.number() == code))
                .orElse(code == ExitCode.OK.number() || code == ExitCode.USAGE.number());
        if (!promised) {
            throw new AssertionError("exit code " + code + " of " + Arrays.toString(words)
                    + " is not among those that its help names: " + err);
        }
    }

    private static Optional<Leaf> leaf(CommandTree tree, String... words) {
        Iterator<String> rest = Arrays.asList(words).iterator();
        while (rest.hasNext()) {
            String word = rest.next();
            if (TAKE_A_VALUE.contains(word) && rest.hasNext()) {
                rest.next();
            } else if (!word.startsWith("-")) {
                String second = rest.hasNext() ? rest.next() : "";
                return tree.find(word).flatMap(node -> node instanceof Group group
                        ? group.leaves().stream().filter(leaf -> leaf.name().equals(second)).findFirst()
                        : Optional.of((Leaf) node));
            }
        }
        return Optional.empty();
    }
}
