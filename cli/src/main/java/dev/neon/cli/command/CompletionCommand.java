package dev.neon.cli.command;

import dev.neon.cli.docs.CompletionScript;
import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameter;

/** {@code neon completion <shell>}. */
final class CompletionCommand extends Command {
    private final Parameter<CompletionScript.Shell> shell =
            parameter("shell").help("whose completion").requiredOf(CompletionScript.Shell.class);

    @Override
    public Description description() {
        return Description.of("Print the completion script of a shell")
                .text("""
                        The script completes commands, options, and the names of branches, tags and running servers as
                        they are at that moment. Packages install it where the shell looks for it; otherwise read it
                        from the shell's start-up file, as the examples show.
                        """)
                .example("source <(neon completion bash)", "In ~/.bashrc: completes neon in bash.")
                .example("source <(neon completion zsh)", "In ~/.zshrc, after compinit: completes neon in zsh.")
                .example("neon completion fish | source", "In ~/.config/fish/config.fish: completes neon in fish.");
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        invocation.output().text(CompletionScript.of(shell.get(), invocation.tree()));
        return ExitCode.OK;
    }
}
