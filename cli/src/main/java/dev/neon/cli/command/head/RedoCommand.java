package dev.neon.cli.command.head;

import dev.neon.cli.framework.Description;
import dev.neon.compute.checkout.Undo;

/** {@code neon redo}. */
public final class RedoCommand extends TakingBackCommand {
    public RedoCommand() {
        super("Repeated", "undo");
    }

    @Override
    public Description description() {
        return Description.of("Repeat what was taken back last")
                .text("Repeats the operation that 'neon undo' took back last, as long as nothing else was done since.")
                .example("neon redo", "Goes forward again.")
                .exits(HeadExits.MOVING);
    }

    @Override
    Undo.Done run(Undo undo) {
        return undo.redo();
    }
}
