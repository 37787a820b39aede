package dev.neon.cli.command.remote;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.RemoteAccess;
import dev.neon.repo.error.FormatTooNewException;
import dev.neon.repo.error.NotARepositoryException;
import dev.neon.sync.RepositoryEndpoint;
import dev.neon.sync.wire.WireServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** {@code neon serve}. */
public final class ServeCommand extends Command {
    private final Flag stdio = flag("--stdio").help("answer on the standard input and output, as SSH runs it");
    private final Flag readOnly = flag("--read-only").help("let nobody push");
    private final OptionalParameter<Path> directory = parameter("directory").completes(ValueKind.DIRECTORY)
            .help("the repository").optional(Path::of);

    @Override
    public Description description() {
        return Description.of("Let others clone, fetch and push")
                .text("""
                        With --stdio, answers one other neon on the standard input and output: what 'neon clone ssh://host/path' runs on the other
                        machine. Who may log in there may do so; nothing has to run before.
                        """)
                .example("neon serve --stdio /srv/shop.neon", "Answers on the standard input and output.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.INVALID_INPUT, ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) throws IOException {
        if (!stdio.isSet() || !directory.isPresent()) {
            throw new UsageException("'neon serve' needs '--stdio' and a repository");
        }
        Path place = invocation.resolve(directory.get().get());
        try (RepositoryEndpoint endpoint = RemoteAccess.endpoint(invocation, place.toString(), place)) {
            Set<WireServer.Verb> allowed = readOnly.isSet() ? WireServer.Verb.READING : EnumSet.allOf(WireServer.Verb.class);
            new WireServer(endpoint, allowed).serve(invocation.environment().in(), invocation.environment().out());
        } catch (NotARepositoryException | FormatTooNewException none) {
            // For the other side; what is said here may get lost.
            WireServer.refuse(invocation.environment().out(), none);
            throw none;
        }
        return ExitCode.OK;
    }
}
