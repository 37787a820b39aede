package dev.neon.cli.command.bundle;

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
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.sync.Depth;
import dev.neon.sync.Inventory;
import dev.neon.sync.PromisedPieces;
import dev.neon.sync.RemoteRefs;
import dev.neon.sync.RepositoryEndpoint;
import dev.neon.sync.wire.Bundle;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** {@code neon bundle create}. */
public final class BundleCreateCommand extends Command {
    private static final int BUFFER = 1 << 18;

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
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.BUSY, ExitCode.INVALID_INPUT,
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
        try (RepositoryEndpoint endpoint = RemoteAccess.endpoint(invocation, "bundle", workspace.repository().directory())) {
            RemoteRefs refs = chosen(workspace, endpoint.refs(List.of()));
            Inventory inventory = endpoint.inventory(refs.refs().values().stream()
                    .map(point -> new Tip(point.timeline(), point.lsn())).distinct().toList(), depth(workspace));
            new PromisedPieces(workspace.repository(), workspace.wal()).bring(inventory);
            write(target, refs, inventory, endpoint);
            invocation.output().note("wrote " + Sizes.count(refs.refs().size(), "ref") + ", " + Sizes.bytes(Files.size(target)));
        }
        return ExitCode.OK;
    }

    private static void write(Path target, RemoteRefs refs, Inventory inventory, RepositoryEndpoint endpoint) throws IOException {
        Path temporary = DurableFiles.temporaryBeside(target);
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary), BUFFER)) {
                Bundle.write(out, refs, inventory, endpoint.source());
            }
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw new StorageFailedException("write", target, failure);
        } finally {
            Files.deleteIfExists(temporary);
        }
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

    private Depth depth(Workspace workspace) {
        Optional<Lsn> since = Optional.empty();
        for (String revision : revisions.get()) {
            int dots = revision.lastIndexOf("..");
            if (dots < 0) {
                return Depth.ALL;
            }
            Lsn lsn = workspace.resolver().resolve(dots == 0 ? "HEAD" : revision.substring(0, dots)).lsn();
            since = Optional.of(since.isPresent() ? Lsn.min(since.get(), lsn) : lsn);
        }
        return since.isPresent() ? new Depth.SinceLsn(since.get()) : Depth.ALL;
    }
}
