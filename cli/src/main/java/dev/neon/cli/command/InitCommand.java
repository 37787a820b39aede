package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.process.Host;
import dev.neon.compute.workspace.RepositorySetup;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import java.nio.file.Path;
import java.util.Optional;

/** {@code neon init}. */
final class InitCommand extends Command {
    private final Option<Integer> major = option("--pg-version").label("major")
            .help("major version of PostgreSQL, 14 to 18; the newest if left out").integer(1);
    private final Option<Path> binaries = option("--pg-bin").label("dir").completes(ValueKind.DIRECTORY)
            .help("directory of an installed PostgreSQL's programs, kept as postgres.binDir").path();
    private final Option<Path> from = option("--from").label("path").completes(ValueKind.FILE)
            .help("import a cleanly stopped data directory, or a base backup (directory or base.tar)").path();
    private final Flag bare = flag("--bare").help("make the directory itself a repository without a cluster, for others to push to");
    private final Option<String> branch = option("-b", "--initial-branch").label("name")
            .help("name of the first branch; main if left out").text();
    private final Option<Integer> format = option("--format-version").label("n")
            .help("format of the repository, 1 or 2; the newest if left out").integer(0);
    private final Option<String> user = option("--user").label("role")
            .help("the superuser that commands connect as; postgres if left out").text();
    private final Flag json = json();
    private final OptionalParameter<Path> directory = parameter("directory").completes(ValueKind.DIRECTORY)
            .help("where to make .neon/; the current directory if left out").optional(Path::of);

    @Override
    public Description description() {
        return Description.of("Create a repository")
                .text("""
                        Makes .neon/ with a fresh PostgreSQL cluster on the branch main, or with the cluster that --from
                        names. The source of an import is left as it is: a data directory must have been stopped cleanly,
                        a base backup must come with its WAL (pg_basebackup -X stream or -X fetch). An imported cluster
                        keeps its configuration files, but never archives, replicates or listens beyond loopback unless
                        it is told to again.
                        """)
                .example("neon init", "Makes a repository of the newest PostgreSQL here.")
                .example("neon init --pg-version 15 shop", "Makes one of PostgreSQL 15 in the directory shop.")
                .example("neon init --bare /srv/shop.neon", "Makes an empty one: 'neon push' brings it its first branch.")
                .example("neon init --from /var/lib/postgresql/15/main", "Imports a stopped cluster.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.ALREADY_EXISTS, ExitCode.CONFLICT,
                        ExitCode.BUSY, ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED,
                        ExitCode.POSTGRES_FAILED, ExitCode.UNSUPPORTED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        int version = format.orElse(Repository.NEWEST_FORMAT);
        if (version < Repository.OLDEST_NEW_FORMAT || version > Repository.NEWEST_FORMAT) {
            throw new UnsupportedException("format version " + version + " cannot be written by this release",
                    "Leave --format-version out, or use " + Repository.OLDEST_NEW_FORMAT + " or "
                            + Repository.NEWEST_FORMAT + ".");
        }
        Path typed = directory.get().orElse(Path.of(""));
        Path shown = bare.isSet() ? typed : typed.resolve(Repository.DIRECTORY_NAME);
        if (bare.isSet() && (from.isPresent() || major.isPresent() || binaries.isPresent() || user.isPresent() || !directory.isPresent())) {
            throw new UsageException("'--bare' needs a directory and goes with no other option but '-b' and '--format-version'");
        }
        Path target = invocation.repo().orElseGet(() -> invocation.resolve(shown));
        Repository repository = create(invocation, target);
        if (invocation.environment().terminals().err() && Host.current().isRoot()) {
            invocation.output().warning("as root, whoever may connect to a server of this repository can do what root may;"
                    + " see 'Who can connect' in the README");
        }
        if (json.isSet()) {
            invocation.output().json(out -> out.object(() -> out.put("directory", target.toString())
                    .put("repositoryId", repository.id().hex()).put("branch", branch.orElse("main"))));
        } else {
            if (!bare.isSet()) {
                invocation.output().line("created " + branch.orElse("main") + " branch");
            }
            invocation.output().line("new neon repository was created in "
                    + (invocation.repo().isPresent() ? target : shown));
        }
        return ExitCode.OK;
    }

    private Repository create(Invocation invocation, Path target) {
        if (bare.isSet()) {
            RefName first = RefName.branch(branch.orElse("main"));
            return Repository.create(target, Workspaces.context(invocation), format.orElse(Repository.NEWEST_FORMAT), made ->
                    made.refs().begin("init").set(RefName.HEAD, new RefTarget.Symbolic(first)).commit());
        }
        RepositorySetup setup = new RepositorySetup(Workspaces.context(invocation),
                Workspaces.postgres(invocation, Optional.empty()), invocation.environment().cacheDirectory(),
                user.get(), format.orElse(Repository.NEWEST_FORMAT));
        Optional<Path> bin = binaries.get().map(invocation::resolve);
        return from.get()
                .map(source -> setup.importFrom(target, branch.orElse("main"), invocation.resolve(source),
                        major.get(), bin))
                .orElseGet(() -> setup.init(target, branch.orElse("main"), major.get(), bin));
    }
}
