package dev.neon.bench;

import dev.neon.compute.binaries.EmbeddedPostgres;
import dev.neon.compute.instance.PostgresSource;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.RepositoryContext;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.ProcessIdentity;
import dev.neon.repo.repository.Repository;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Makes many branches in this process: as a program each, they would take longer than the measures. */
final class Branching {
    private Branching() {}

    static void create(NeonRepository repository, int count) {
        var context = new RepositoryContext(new NioFileSteps(), Clock.systemUTC(), "bench@localhost",
                ProcessIdentity.current());
        var source = new PostgresSource(() -> new EmbeddedPostgres(Path.of("/nonexistent"), List.of(), List.of()),
                Optional.empty());
        Workspace workspace = new Workspace(Repository.open(repository.neonDirectory(), context), source);
        for (int i = 0; i < count; i++) {
            workspace.branches().create("made" + i, workspace.resolver().resolve("main"), false);
        }
    }
}
