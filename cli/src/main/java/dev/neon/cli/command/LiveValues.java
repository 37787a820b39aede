package dev.neon.cli.command;

import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.ValueKind;
import java.util.List;

/** Where completion gets the names that exist at this moment. */
@FunctionalInterface
public interface LiveValues {
    /**
     * The values of a kind in the repository that the invocation would use; may throw any of neon's exceptions, which
     * completion takes for "nothing to offer".
     */
    List<String> of(ValueKind kind, Invocation invocation);
}
