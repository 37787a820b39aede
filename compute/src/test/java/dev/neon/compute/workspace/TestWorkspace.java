package dev.neon.compute.workspace;

import dev.neon.compute.binaries.EmbeddedPostgres;
import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.instance.PostgresSource;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.instance.StartRequest;
import dev.neon.repo.RepositoryContext;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.PostgresFailedException;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.ProcessIdentity;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.Point;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A repository with real PostgreSQL servers, for tests; closing it ends every server. */
public final class TestWorkspace implements AutoCloseable {
    public static final Duration STOP = Duration.ofSeconds(60);

    private final Workspace workspace;

    private TestWorkspace(Workspace workspace) {
        this.workspace = workspace;
    }

    /** A new repository in {@code directory} with the embedded PostgreSQL of a major. */
    public static TestWorkspace init(Path directory, int major) {
        return init(directory, TestPostgres.major(major));
    }

    public static TestWorkspace init(Path directory, PostgresBinaries binaries) {
        return init(directory, binaries, Repository.NEWEST_FORMAT);
    }

    /** As the others, of another format. */
    public static TestWorkspace init(Path directory, PostgresBinaries binaries, int formatVersion) {
        Path neon = directory.resolve(Repository.DIRECTORY_NAME);
        new RepositorySetup(context(), source(), TestPostgres.cache(), Optional.empty(), formatVersion)
                .init(neon, "main", Optional.of(binaries.major()), Optional.of(binaries.binDir()));
        return open(neon, binaries);
    }

    /** A repository that is there; its servers come from {@code binaries}. */
    public static TestWorkspace open(Path neonDirectory, PostgresBinaries binaries) {
        PostgresSource source = new PostgresSource(TestWorkspace::embedded, Optional.of(binaries.binDir()));
        return new TestWorkspace(new Workspace(Repository.open(neonDirectory, context()), source));
    }

    public static RepositoryContext context() {
        return new RepositoryContext(new NioFileSteps(), Clock.systemUTC(), "tester@test",
                ProcessIdentity.current());
    }

    public static PostgresSource source() {
        return new PostgresSource(TestWorkspace::embedded, Optional.empty());
    }

    private static EmbeddedPostgres embedded() {
        return new EmbeddedPostgres(TestPostgres.cache(), List.of(TestPostgres.jars()), List.of());
    }

    public Workspace workspace() {
        return workspace;
    }

    public Path directory() {
        return workspace.repository().directory();
    }

    public TimelineId timeline(String branch) {
        return Branches.timelineOf(workspace.repository().refs().read(RefName.branch(branch)).orElseThrow());
    }

    public Point resolve(String revision) {
        return workspace.resolver().resolve(revision);
    }

    public TimelineId branch(String name, String revision) {
        return workspace.branches().create(name, resolve(revision), false).timeline();
    }

    public Instance start(String branch, String... settings) {
        StartRequest request = new StartRequest(timeline(branch), branch, false, Optional.empty(),
                Optional.empty(), List.of(settings), Optional.empty(), Duration.ofSeconds(120));
        try {
            return workspace.instances().start(request).instance();
        } catch (PostgresFailedException failed) {
            failed.addSuppressed(new AssertionError(failed.output()));
            throw failed;
        }
    }

    public void stop(String branch) {
        workspace.instances().stop(timeline(branch), ServerSignal.FAST, STOP);
    }

    /** A session on the server of a branch. */
    public Connection connect(String branch) throws SQLException {
        return connect(workspace.instances().require(timeline(branch), branch));
    }

    public static Connection connect(Instance instance) throws SQLException {
        return DriverManager.getConnection("jdbc:" + instance.connectionString("postgres", "postgres")
                .replace("postgres@", ""), "postgres", "");
    }

    /** Runs statements, each in a transaction of its own. */
    public void execute(String branch, String... statements) throws SQLException {
        try (Connection connection = connect(branch); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The first column of a query's rows. */
    public List<String> query(String branch, String sql) throws SQLException {
        try (Connection connection = connect(branch); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    /** Removes the data directory of a branch behind neon's back. */
    public void deleteDataDirectory(String branch) {
        workspace.repository().files().deleteTree(workspace.repository().dataDirectory(timeline(branch)));
    }

    @Override
    public void close() {
        for (Instances.Listed listed : workspace.instances().list()) {
            workspace.instances().stop(listed.instance().timeline(), ServerSignal.IMMEDIATE, STOP);
        }
    }
}
