package dev.neon.cli.command.head;

import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Json;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Style;
import dev.neon.compute.checkout.Undo;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.refs.Operation;
import dev.neon.repo.refs.RefChange;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** How operations are shown. */
final class OperationText {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    /** So many digits tell operations apart, as a rule. */
    private static final int SHORT = 8;

    private static final String BRANCH = "branch: refs/branches/";

    private OperationText() {}

    /**
     * Says what an undo or its like has done, and starts the servers that it took along.
     *
     * @param back the command that takes this back
     */
    static void done(Invocation invocation, Workspace workspace, String verb, Undo.Done done, String back) {
        invocation.output().note(verb + " operation " + done.operation().id().substring(0, SHORT) + ": " + title(done.operation()));
        done.changes().forEach(change -> invocation.output().note("  " + change(change)));
        done.left().forEach(left -> invocation.output().warning(HeadText.work(left.work()) + " on " + left.place()
                + (left.work().transactions() == 1 ? " has" : " have") + " no name now; 'neon " + back + "' goes back"));
        HeadText.start(invocation, workspace, done.restart());
    }

    /**
     * Lists operations, for people or as JSON.
     *
     * @param limit so many at the most; all if empty
     * @param print those, for people
     */
    static void list(Invocation invocation, Workspace workspace, List<Operation> all, Optional<Integer> limit, boolean isJson,
            BiConsumer<Output, List<Operation>> print) {
        List<Operation> operations = all.subList(0, Math.min(all.size(), limit.orElse(all.size())));
        if (isJson) {
            invocation.output().json(out -> out.array(operations, operation -> json(operation, out)));
        } else {
            invocation.paged(workspace.repository().config().get(Invocation.PAGER_KEY), screen -> print.accept(screen, operations));
        }
    }

    /** The first line of what was run. */
    static String title(Operation operation) {
        return operation.command().lines().findFirst().orElse("");
    }

    /** {@code 3f2a91c0  2026-11-28 10:00:00  heikki@host  commit: add orders}. */
    static String line(Operation operation, Invocation invocation, Output output) {
        return output.paint(Style.YELLOW, operation.id().substring(0, SHORT)) + "  "
                + TIME.format(operation.time().atZone(invocation.environment().clock().getZone())) + "  " + operation.who() + "  "
                + title(operation);
    }

    /** {@code main: 76cf9279… -> 8c1f5d0e…}. */
    static String change(RefChange change) {
        return change.ref().shortName() + ": " + change.oldValue().map(OperationText::value).orElse("(none)") + " -> "
                + change.newValue().map(OperationText::value).orElse("(none)");
    }

    /** The first line, and of HEAD on a temporary timeline its branch. */
    private static String value(String value) {
        String branch = value.lines().filter(line -> line.startsWith(BRANCH)).findFirst()
                .map(line -> " of " + line.substring(BRANCH.length())).orElse("");
        return value.lines().findFirst().orElse("") + branch;
    }

    static void json(Operation operation, Json out) {
        out.object(() -> out.put("id", operation.id()).put("time", operation.time().toString()).put("who", operation.who())
                .put("command", operation.command()).putArray("changes", operation.changes(), change -> out.object(() ->
                        out.put("ref", change.ref().full()).put("old", change.oldValue()).put("new", change.newValue()))));
    }

    /** The value of one ref after and before an operation, for the log of that ref. */
    static Optional<RefChange> of(Operation operation, String ref) {
        return operation.changes().stream().filter(change -> change.ref().full().equals(ref)).findFirst();
    }
}
