package dev.neon.cli.command.remote;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.RemoteAccess;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.repo.config.ConfigValues;
import dev.neon.repo.error.NotARepositoryException;
import dev.neon.sync.Remote;
import dev.neon.sync.RemoteRefs;
import dev.neon.sync.Remotes;
import java.util.List;
import java.util.Map;

/** {@code neon ls-remote}. */
public final class LsRemoteCommand extends Command {
    private final Flag json = json();
    private final OptionalParameter<String> remote = parameter("remote").completes(ValueKind.REMOTES)
            .help("the remote, or an address; origin if left out").optional();

    @Override
    public Description description() {
        return Description.of("List the branches and tags of another repository")
                .text("Prints a line <timeline>@<lsn>, a tab and the full name for each. Nothing is fetched.")
                .example("neon ls-remote origin", "Lists what origin has.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.BUSY,
                        ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED,
                        ExitCode.FORMAT_TOO_NEW, ExitCode.TRANSFER_FAILED, ExitCode.ACCESS_DENIED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        try (Remote other = open(invocation)) {
            RemoteRefs refs = other.refs(List.of());
            if (json.isSet()) {
                invocation.output().json(out -> out.object(() -> {
                    out.put("repositoryId", refs.id().hex());
                    refs.head().ifPresent(head -> out.put("head", head.full()));
                    out.putArray("refs", refs.refs().entrySet(), ref -> out.object(() -> out.put("ref", ref.getKey().full())
                            .put("timeline", ref.getValue().timeline().hex()).put("lsn", ref.getValue().lsn().toString())));
                }));
            } else {
                refs.refs().forEach((name, point) ->
                        invocation.output().line(point.timeline() + "@" + point.lsn() + '\t' + name));
            }
        }
        return ExitCode.OK;
    }

    private Remote open(Invocation invocation) {
        try {
            return RemoteAccess.open(invocation, Workspaces.open(invocation), remote.orElse(Remotes.DEFAULT), false);
        } catch (NotARepositoryException none) {
            if (!remote.isPresent()) {
                throw none;
            }
            return RemoteAccess.open(invocation, remote.get().get(), ConfigValues.of(Map.of()));
        }
    }
}
