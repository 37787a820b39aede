package dev.neon.cli.command.head;

import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.compute.checkout.Undo;

/** {@code neon undo}. */
public final class UndoCommand extends TakingBackCommand {
    private final OptionalParameter<String> operation = parameter("operation")
            .help("an id of 'neon op log', or its beginning; the newest that is in force if left out").optional();

    public UndoCommand() {
        super("Took back", "redo");
    }

    @Override
    public Description description() {
        return Description.of("Take the last operation back")
                .text("""
                        Gives branches, tags, HEAD and stashes the values that they had before an operation: a commit, a checkout, a
                        reset, a deletion, a fetch and others. Repeated, it goes further back; 'neon redo' goes forward again, until
                        something else is done. Nothing is lost by either, and servers' data is not touched; what
                        was done and has no name afterwards is told.

                        An operation that is not the last can be taken back if nothing has changed the same names since. What gc has
                        collected cannot come back ('gc.reflogExpire'), and a protected branch loses nothing. A branch that comes back
                        after its deletion has what was set for it, but for an expiry that has passed.
                        """)
                .example("neon undo", "Takes the last operation back.")
                .example("neon undo 3f2a", "Takes back the operation whose id begins like this.")
                .exits(HeadExits.MOVING);
    }

    @Override
    Undo.Done run(Undo undo) {
        return undo.undo(operation.get());
    }
}
