package dev.neon.cli.command.remote;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameters;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.refs.RefTransaction;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.PromisedPart;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.repository.Repository;
import dev.neon.sync.Remotes;
import dev.neon.sync.transport.RemoteUrl;
import java.util.List;
import java.util.Optional;

/** {@code neon remote}. */
public final class RemoteCommand extends Command {
    private final Flag verbose = flag("-v", "--verbose").help("show addresses");
    private final Flag push = flag("--push").help("with set-url, change where pushes go");
    private final Flag json = json();
    private final Parameters<String> words = parameter("action").completes(ValueKind.REMOTES)
            .help("add <name> <url>, remove <name>, rename <old> <new>, set-url <name> <url>, get-url <name>; none lists them").many();

    @Override
    public Description description() {
        return Description.of("List, add, remove or rename remotes")
                .text("""
                        A remote is another repository under a name. 'neon fetch' and 'neon push' mean origin where none is named. The
                        branches of one that was removed go with it: origin/main.
                        """)
                .example("neon remote add origin ssh://db1/srv/shop.neon", "Adds one.")
                .example("neon remote -v", "Lists them with their addresses.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.ALREADY_EXISTS, ExitCode.CONFLICT, ExitCode.BUSY,
                        ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        Repository repository = workspace.repository();
        Remotes remotes = new Remotes(repository.config());
        List<String> given = words.get();
        switch (given.isEmpty() ? "" : given.getFirst()) {
            case "" -> list(remotes, invocation.output());
            case "add" -> {
                require(given, 3, "add <name> <url>");
                RemoteUrl.parse(given.get(2), invocation.environment().directory());
                remotes.add(given.get(1), given.get(2));
            }
            case "remove", "rm" -> {
                require(given, 2, "remove <name>");
                requireUnneeded(workspace, remotes, given.get(1));
                remotes.remove(given.get(1));
                moveTracking(repository, given.get(1), Optional.empty());
            }
            case "rename" -> {
                require(given, 3, "rename <old> <new>");
                remotes.rename(given.get(1), given.get(2));
                moveTracking(repository, given.get(1), Optional.of(given.get(2)));
            }
            case "set-url" -> {
                require(given, 3, "set-url <name> <url>");
                RemoteUrl.parse(given.get(2), invocation.environment().directory());
                remotes.setUrl(given.get(1), given.get(2), push.isSet());
            }
            case "get-url" -> {
                require(given, 2, "get-url <name>");
                Remotes.Configured remote = remotes.require(given.get(1));
                invocation.output().line(push.isSet() ? remote.pushUrl().orElse(remote.url()) : remote.url());
            }
            default -> throw new UsageException("unknown action '" + given.getFirst() + "'",
                    "It is one of add, remove, rename, set-url, get-url.");
        }
        return ExitCode.OK;
    }

    /** Nobody else could be asked for what only this one has promised. */
    private static void requireUnneeded(Workspace workspace, Remotes remotes, String name) {
        List<String> promisors = remotes.promisors().stream().map(Remotes.Configured::name).toList();
        long missing = promisors.equals(List.of(name))
                ? workspace.snapshots().promised().missing().stream().mapToLong(PromisedPart::bytes).sum() : 0;
        if (missing > 0) {
            throw new ConflictException("remote '" + name + "' has promised " + Sizes.bytes(missing) + " that are not here",
                    "'neon backfill' fetches them. If it has them no more, 'neon config unset remote." + name
                            + ".promisor' lets it go, and 'neon fsck' then tells how much is lost.");
        }
    }

    private static void require(List<String> given, int count, String form) {
        if (given.size() != count) {
            throw new UsageException("'neon remote " + given.getFirst() + "' is used as 'neon remote " + form + "'");
        }
    }

    private void list(Remotes remotes, Output output) {
        List<Remotes.Configured> all = remotes.list();
        if (json.isSet()) {
            output.json(out -> out.array(all, remote -> out.object(() -> out.put("name", remote.name()).put("url", remote.url())
                    .put("pushUrl", remote.pushUrl().orElse(remote.url())))));
            return;
        }
        for (Remotes.Configured remote : all) {
            if (verbose.isSet()) {
                output.line(remote.name() + '\t' + remote.url() + " (fetch)");
                output.line(remote.name() + '\t' + remote.pushUrl().orElse(remote.url()) + " (push)");
            } else {
                output.line(remote.name());
            }
        }
    }

    /** Remote-tracking refs go with the name of their remote, to a new one or for good. */
    private static void moveTracking(Repository repository, String from, Optional<String> to) {
        RefTransaction transaction = repository.refs().begin("remote " + (to.isPresent() ? "rename " : "remove ") + from);
        for (RefName.Kind kind : List.of(RefName.Kind.REMOTE_BRANCH, RefName.Kind.REMOTE_TAG)) {
            repository.refs().list(kind).forEach((name, target) -> move(transaction, name, target, from, to));
        }
        transaction.commit();
    }

    private static void move(RefTransaction transaction, RefName name, RefTarget target, String from, Optional<String> to) {
        String prefix = "refs/remotes/" + from + "/";
        if (name.full().startsWith(prefix)) {
            transaction.delete(name, target);
            to.ifPresent(remote -> transaction.create(
                    new RefName("refs/remotes/" + remote + "/" + name.full().substring(prefix.length())), target));
        }
    }
}
