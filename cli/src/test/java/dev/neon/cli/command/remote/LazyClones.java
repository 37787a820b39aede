package dev.neon.cli.command.remote;

import dev.neon.repo.PromisedPart;
import dev.neon.repo.RepositoryContext;
import dev.neon.repo.Warnings;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.PromisedParts;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.sync.PromisedFetch;
import dev.neon.sync.Remote;
import dev.neon.sync.Remotes;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Repositories that leave what is large with the remote {@code origin}, as the library sees them. */
final class LazyClones {
    private LazyClones() {}

    /** A new one with nothing in it. */
    static Repository empty(Path directory, Supplier<Remote> origin) {
        new Remotes(Repositories.create(directory).config()).add("origin", "somewhere");
        Repository made = open(directory, new NioFileSteps(), origin);
        new Remotes(made.config()).setPromisor("origin", true);
        return made;
    }

    static Repository open(Path directory, FileSteps steps, Supplier<Remote> origin) {
        return Repository.open(directory, context(Repositories.context(steps), origin));
    }

    /** The same context, with which what was promised is fetched. */
    static RepositoryContext context(RepositoryContext plain, Supplier<Remote> origin) {
        return new RepositoryContext(plain.steps(), plain.clock(), plain.who(), plain.process(), Progress.NONE, Warnings.none(),
                (repository, parts) -> fetch(repository, plain, origin, parts));
    }

    private static void fetch(Path repository, RepositoryContext context, Supplier<Remote> origin, List<PromisedPart> parts) {
        new PromisedFetch(Repository.open(repository, context), _ -> origin.get()).run(parts);
    }

    static PromisedParts promised(Repository repository) {
        return new SnapshotStore(repository, Repositories.wal(repository)).promised();
    }
}
