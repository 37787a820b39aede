package dev.neon.cli.command.bundle;

import dev.neon.ancestry.Ancestry;
import dev.neon.ancestry.Tip;
import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.framework.Parameters;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.workspace.RemoteAccess;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.revision.Point;
import dev.neon.repo.revision.Revision;
import dev.neon.sync.Depth;
import dev.neon.sync.Inventory;
import dev.neon.sync.PromisedPieces;
import dev.neon.sync.RemoteRefs;
import dev.neon.sync.RepositoryEndpoint;
import dev.neon.sync.wire.BundleWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** {@code neon bundle create}. */
public final class BundleCreateCommand extends Command {
    private final Flag all = flag("--all").help("all branches and tags");
    private final Parameter<String> file = parameter("file").completes(ValueKind.FILE).help("the bundle to make").required();
    private final Parameters<String> revisions = parameter("revision").completes(ValueKind.REVISIONS)
            .help("branches and tags, or <since>..<branch> for points since then alone").many();

    @Override
    public Description description() {
        return Description.of("Write history into one file")
                .text("""
                        A bundle has branches and tags with all that they are made of. 'neon clone <file>' makes a repository of it, 'neon
                        fetch <file>' takes what is missing. With main@{1 week ago}..main it has what the points of that week are made of: the
                        newest snapshot before, and all after it. So each bundle can be cloned by itself.
                        """)
                .example("neon bundle create shop.bundle --all", "Writes all there is.")
                .example("neon bundle create week.bundle 'main@{1 week ago}..main'", "Writes a week of main.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.ALREADY_EXISTS, ExitCode.CONFLICT, ExitCode.BUSY, ExitCode.INVALID_INPUT,
                        ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) throws IOException {
        if (all.isSet() != revisions.get().isEmpty()) {
            throw new UsageException("'bundle create' needs branches or tags, or '--all'");
        }
        Workspace workspace = Workspaces.open(invocation);
        Path target = invocation.resolve(Path.of(file.get())).toAbsolutePath();
        if (Files.isDirectory(target)) {
            throw new AlreadyExistsException("'" + target + "' is a directory", "Name a file.");
        }
        try (RepositoryEndpoint endpoint = RemoteAccess.endpoint(invocation, "bundle", workspace.repository().directory())) {
            RemoteRefs all = endpoint.refs(List.of());
            RemoteRefs refs = chosen(workspace, all);
            Inventory inventory = endpoint.inventory(refs.refs().values().stream()
                    .map(point -> new Tip(point.timeline(), point.lsn())).distinct().toList(), depth(workspace, all));
            new PromisedPieces(workspace.repository(), workspace.wal()).bring(inventory);
            BundleWriter.write(workspace.repository().files(), target, refs, inventory, endpoint.source());
            invocation.output().note("wrote " + Sizes.count(refs.refs().size(), "ref") + ", " + Sizes.bytes(Files.size(target)));
        }
        return ExitCode.OK;
    }

    /** A bundle is nobody's copy: it gets an id of its own. */
    private RemoteRefs chosen(Workspace workspace, RemoteRefs refs) {
        TreeMap<RefName, RefTarget.Point> chosen = new TreeMap<>();
        if (all.isSet()) {
            chosen.putAll(refs.refs());
        }
        for (String revision : revisions.get()) {
            String name = revision.substring(revision.lastIndexOf("..") < 0 ? 0 : revision.lastIndexOf("..") + 2);
            RefName ref = named(workspace, refs, name);
            chosen.put(ref, refs.refs().get(ref));
        }
        Optional<RefName> head = refs.head().filter(chosen::containsKey)
                .or(() -> chosen.keySet().stream().filter(ref -> ref.kind() == RefName.Kind.BRANCH).findFirst());
        return new RemoteRefs(RepositoryId.random(), refs.cluster(), head, chosen);
    }

    private static RefName named(Workspace workspace, RemoteRefs refs, String name) {
        String plain = name.isEmpty() || name.equals("HEAD") || name.equals("@")
                ? Workspaces.branch(workspace, Optional.empty()).shortName() : name;
        return Optional.of(RefName.branch(plain)).filter(refs.refs()::containsKey)
                .or(() -> Optional.of(RefName.tag(plain)).filter(refs.refs()::containsKey))
                .orElseThrow(() -> new InvalidInputException("'" + name + "' is neither a branch nor a tag",
                        "A bundle holds names: make one with 'neon tag <name> " + name + "'."));
    }

    private Depth depth(Workspace workspace, RemoteRefs all) {
        Ancestry ancestry = new Ancestry(workspace.repository(), workspace.wal());
        Optional<Lsn> since = Optional.empty();
        for (String revision : revisions.get()) {
            int dots = revision.lastIndexOf("..");
            if (dots < 0) {
                return Depth.ALL;
            }
            RefTarget.Point to = all.refs().get(named(workspace, all, revision.substring(dots + 2)));
            Optional<Point> from = from(workspace, dots == 0 ? "HEAD" : revision.substring(0, dots));
            if (from.isEmpty()) {
                return Depth.ALL;
            }
            Lsn lsn = since(ancestry, revision, ancestry.tip(from.get().timeline(), from.get().lsn()), new Tip(to.timeline(), to.lsn()));
            since = Optional.of(since.isPresent() ? Lsn.min(since.get(), lsn) : lsn);
        }
        return since.isPresent() ? new Depth.SinceLsn(since.get()) : Depth.ALL;
    }

    /** Empty for a time before there was anything: all is later. */
    private static Optional<Point> from(Workspace workspace, String revision) {
        try {
            return Optional.of(workspace.resolver().resolve(revision));
        } catch (InvalidInputException before) {
            if (Revision.parse(revision) instanceof Revision.AtMoment) {
                return Optional.empty();
            }
            throw before;
        }
    }

    /** Where two lines part is where what only the later has begins. */
    private static Lsn since(Ancestry ancestry, String revision, Tip from, Tip to) {
        Tip common = ancestry.common(from, to).orElseThrow(() -> new InvalidInputException("the two sides of '" + revision
                + "' have no history in common", "Name the branch alone to write all of it."));
        if (common.equals(to) && !from.equals(to)) {
            throw new InvalidInputException("'" + revision + "' has nothing: the second comes before the first", "Turn them around.");
        }
        return common.lsn();
    }
}
