package dev.neon.bench;

import dev.neon.compute.binaries.EmbeddedPostgres;
import dev.neon.compute.instance.PostgresSource;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.RepositoryContext;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.ProcessIdentity;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefStore;
import dev.neon.repo.repository.Repository;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Makes many branches in this process: as a program each, they would take longer than the measures. */
final class Branching {
    private Branching() {}

    static void create(NeonRepository repository, int count) {
        createIn(repository.neonDirectory(), count);
    }

    static void createIn(Path neonDirectory, int count) {
        Workspace workspace = open(neonDirectory);
        for (int i = 0; i < count; i++) {
            workspace.branches().create("made" + i, workspace.resolver().resolve("main"), false);
        }
    }

    /** Drops every second one of them, in one change of refs. */
    static void dropHalf(NeonRepository repository, int count) {
        RefStore refs = open(repository.neonDirectory()).repository().refs();
        var change = refs.begin("drop half");
        for (int i = 0; i < count; i += 2) {
            RefName branch = RefName.branch("made" + i);
            change.delete(branch, refs.read(branch).orElseThrow());
        }
        change.commit();
    }

    private static Workspace open(Path neonDirectory) {
        var context = new RepositoryContext(new NioFileSteps(), Clock.systemUTC(), "bench@localhost",
                ProcessIdentity.current());
        var source = new PostgresSource(() -> new EmbeddedPostgres(Path.of("/nonexistent"), List.of(), List.of()),
                Optional.empty());
        return new Workspace(Repository.open(neonDirectory, context), source);
    }
}
