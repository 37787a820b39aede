package dev.neon.cli.workspace;

import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Environment;
import dev.neon.cli.io.Output;
import dev.neon.compute.binaries.EmbeddedPostgres;
import dev.neon.compute.instance.PostgresSource;
import dev.neon.compute.workspace.Branches;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.RepositoryContext;
import dev.neon.repo.TimelineId;
import dev.neon.repo.Warnings;
import dev.neon.repo.error.NotARepositoryException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.ProcessIdentity;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.Point;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Finds and opens what a command works on. */
public final class Workspaces {
    private Workspaces() {}

    /**
     * The repository named by {@code --repo} or NEON_DIR, else the nearest one upwards.
     *
     * @throws NotARepositoryException if there is none
     */
    public static Workspace open(Invocation invocation) {
        return open(invocation, fetchingContext(invocation));
    }

    /** As {@link #open}, for work that is never worth fetching what was only promised. */
    public static Workspace openWithoutFetching(Invocation invocation) {
        return open(invocation, context(invocation));
    }

    /**
     * A workspace for each piece of work of a process that runs for long, each with the configuration of that moment.
     *
     * @param directory the repository's own
     * @param log       takes warnings, since nobody watches
     */
    public static Supplier<Workspace> each(Invocation invocation, Path directory, Consumer<String> log) {
        RepositoryContext context = fetchingContext(invocation);
        RepositoryContext silent = new RepositoryContext(context.steps(), context.clock(), context.who(), context.process(), Progress.NONE,
                new Warnings(text -> log.accept("warning: " + text)), context.promisor());
        return () -> at(invocation, directory, silent);
    }

    private static Workspace open(Invocation invocation, RepositoryContext context) {
        return at(invocation, find(invocation), context);
    }

    private static Workspace at(Invocation invocation, Path directory, RepositoryContext context) {
        Repository repository = Repository.open(directory, context);
        return new Workspace(repository, postgres(invocation, repository.config().get("postgres.binDir")
                .map(binaries -> repository.directory().resolveSibling(binaries))));
    }

    private static Path find(Invocation invocation) {
        if (invocation.repo().isPresent()) {
            Path named = invocation.repo().get();
            Path below = named.resolve(Repository.DIRECTORY_NAME);
            return Files.isDirectory(below) ? below : named;
        }
        return Repository.discover(invocation.environment().directory()).orElseThrow(() ->
                new NotARepositoryException("not a neon repository (or any of the parent directories): "
                        + Repository.DIRECTORY_NAME, "Change to a directory that has one, name it with --repo, or create one with 'neon init'."));
    }

    /** As {@link #context}, and what was promised is fetched when it is needed. */
    public static RepositoryContext fetchingContext(Invocation invocation) {
        RepositoryContext context = context(invocation);
        return new RepositoryContext(context.steps(), context.clock(), context.who(), context.process(), context.progress(),
                context.warnings(), new RemotePromisor(invocation));
    }

    /** What the library may know of this process. */
    public static RepositoryContext context(Invocation invocation) {
        Environment environment = invocation.environment();
        ProcessIdentity process = ProcessIdentity.current();
        String user = environment.variable("USER").orElseGet(() -> environment.home().getFileName().toString());
        return new RepositoryContext(new NioFileSteps(), environment.clock(), user + '@' + process.host(), process,
                invocation.progress(), new Warnings(text -> invocation.output().warning(text)));
    }

    /** PostgreSQL as this installation finds it. */
    public static PostgresSource postgres(Invocation invocation, Optional<Path> configured) {
        return new PostgresSource(() -> embedded(invocation), configured);
    }

    /** The embedded binaries in the user's cache, with the jars that came with neon. */
    public static EmbeddedPostgres embedded(Invocation invocation) {
        Environment environment = invocation.environment();
        List<Path> jars = new ArrayList<>();
        environment.program().ifPresent(home -> {
            jars.add(home.resolve("dist/postgres"));
            jars.add(home.resolve("lib/postgres"));
        });
        return new EmbeddedPostgres(environment.cacheDirectory(), jars, environment.programDirectories());
    }

    /** The point that a revision names; people are warned of what they may not expect. */
    public static Point point(Workspace workspace, Output output, String revision) {
        workspace.resolver().warning(revision).ifPresent(output::warning);
        return workspace.resolver().resolve(revision);
    }

    /** The branch that a command is to act on: the one named, else HEAD's. */
    public static RefName branch(Workspace workspace, Optional<String> named) {
        if (named.isPresent()) {
            return workspace.resolver().branchNamed(named.get()).orElseThrow(() -> notABranch(workspace, named.get()));
        }
        return workspace.branches().head().orElseThrow(() -> headless(workspace));
    }

    /** Where HEAD is. */
    public static Head head(Workspace workspace) {
        return Head.read(workspace.repository().refs()).orElseThrow(() -> headless(workspace));
    }

    private static NotFoundException headless(Workspace workspace) {
        // A HEAD that is missing has its own message.
        workspace.resolver().resolve(RefName.HEAD.full());
        return new NotFoundException("HEAD is on a temporary timeline of no branch", "Name the branch.");
    }

    private static NotFoundException notABranch(Workspace workspace, String name) {
        // A revision that names nothing at all has its own message, with the names that are near.
        workspace.resolver().resolve(name);
        return new NotFoundException("'" + name + "' is not a branch", "Make one with 'neon branch <name> " + name
                + "', or look at it with 'neon start --read-only " + name + "'.");
    }

    /** The timeline of a branch. */
    public static TimelineId timeline(Workspace workspace, RefName branch) {
        return Branches.timelineOf(workspace.repository().refs().read(branch).orElseThrow(() -> new NotFoundException(
                "branch '" + branch.shortName() + "' does not exist", "'neon branch' lists the branches.")));
    }

    /** The superuser that commands connect as. */
    public static String user(Workspace workspace) {
        return workspace.repository().config().get("postgres.user").orElse("postgres");
    }
}
