package dev.neon.compute.instance;

import dev.neon.compute.process.LogFile;
import dev.neon.repo.TimelineId;
import dev.neon.repo.repository.Repository;
import java.nio.file.Path;

/** {@code run/<timeline>.log}: what the servers on a timeline print. */
public final class ServerLog {
    private final LogFile file;

    public ServerLog(Repository repository, TimelineId timeline) {
        this.file = new LogFile(repository.runDirectory().resolve(timeline + ".log"));
    }

    public Path file() {
        return file.path();
    }

    /** Bytes in the log. */
    long size() {
        return file.size();
    }

    /** Sets a long log aside as {@code .log.1}, where it replaces an earlier one. */
    void rotate() {
        file.rotate();
    }

    /** The last lines that came after position {@code from}. */
    String tail(long from) {
        return file.tail(from);
    }
}
