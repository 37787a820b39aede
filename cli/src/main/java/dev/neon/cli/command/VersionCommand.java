package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Version;

/** {@code neon version}. */
final class VersionCommand extends Command {
    private final Flag json = json();

    @Override
    public Description description() {
        return Description.of("Show the version of neon")
                .text("Shows the version of neon and of the Java that runs it.")
                .example("neon version", "Prints, for example, 'neon 1.0.0 (java 25.0.1)'.");
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        String version = Version.text();
        String java = Runtime.version().toString();
        if (json.isSet()) {
            invocation.output().json(out -> out.object(() -> out.put("version", version).put("java", java)));
        } else {
            invocation.output().line("neon " + version + " (java " + java + ')');
        }
        return ExitCode.OK;
    }
}
