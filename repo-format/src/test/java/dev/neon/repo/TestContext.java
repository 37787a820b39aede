package dev.neon.repo;

import dev.neon.repo.files.FileSteps;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.ProcessIdentity;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** Contexts with a clock that stands still. */
public final class TestContext {
    public static final Instant NOW = Instant.parse("2026-11-21T07:35:31Z");
    private static final ProcessIdentity SELF = ProcessIdentity.current();

    private TestContext() {}

    /** The context of this process on real files. */
    public static RepositoryContext live() {
        return live(new NioFileSteps());
    }

    public static RepositoryContext live(FileSteps steps) {
        return new RepositoryContext(steps, Clock.fixed(NOW, ZoneOffset.UTC), "tester", SELF);
    }

    /** The context of a process that runs when the machine has been restarted. */
    public static RepositoryContext afterReboot() {
        return new RepositoryContext(new NioFileSteps(), Clock.fixed(NOW, ZoneOffset.UTC), "tester",
                new ProcessIdentity(SELF.host(), SELF.pid(), SELF.startTicks(), "later", SELF.namespace()));
    }

    /** The context of a process that will be found dead: same pid as this one, but an earlier start. */
    public static RepositoryContext doomed(FileSteps steps) {
        return new RepositoryContext(steps, Clock.fixed(NOW, ZoneOffset.UTC), "tester",
                new ProcessIdentity(SELF.host(), SELF.pid(), SELF.startTicks() - 1, SELF.boot(), SELF.namespace()));
    }
}
