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
import java.util.Optional;

/** How operations are shown. */
final class OperationText {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    /** So many digits tell operations apart, as a rule. */
    private static final int SHORT = 8;

    private static final String BRANCH = "branch: refs/branches/";

    private OperationText() {}

    /** Says what an undo or its like has done, and starts the servers that it took along. */
    static void done(Invocation invocation, Workspace workspace, String verb, Undo.Done done) {
        invocation.output().note(verb + " operation " + done.operation().id().substring(0, SHORT) + ": " + title(done.operation()));
        done.changes().forEach(change -> invocation.output().note("  " + change(change)));
        HeadText.start(invocation, workspace, done.restart());
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
