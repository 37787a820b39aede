package dev.neon.repo;

import dev.neon.repo.files.FileSteps;
import dev.neon.repo.files.ProcessIdentity;
import dev.neon.repo.progress.Progress;
import java.time.Clock;

/**
 * What a repository needs from outside: given once by the command line, replaced by tests.
 *
 * @param steps   changes to files
 * @param clock   the time that log entries carry and that words such as "5 minutes ago" count from; its zone is the
 *                user's, in which times are read and shown
 * @param who     who acts, as the operation log names them
 * @param process the owner that lock files name
 * @param progress where long work tells how far it is
 * @param warnings where it tells what the user should know of
 * @param promisor brings what other repositories have promised
 */
public record RepositoryContext(FileSteps steps, Clock clock, String who, ProcessIdentity process,
                                Progress progress, Warnings warnings, Promisor promisor) {
    /** A context for which nobody watches. */
    public RepositoryContext(FileSteps steps, Clock clock, String who, ProcessIdentity process) {
        this(steps, clock, who, process, Progress.NONE);
    }

    /** A context for which nobody reads warnings. */
    public RepositoryContext(FileSteps steps, Clock clock, String who, ProcessIdentity process, Progress progress) {
        this(steps, clock, who, process, progress, Warnings.none());
    }

    /** A context that brings nothing that was promised. */
    public RepositoryContext(FileSteps steps, Clock clock, String who, ProcessIdentity process, Progress progress,
            Warnings warnings) {
        this(steps, clock, who, process, progress, warnings, Promisor.NONE);
    }
}
