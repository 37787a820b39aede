package dev.neon.compute.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one place for what differs between operating systems. Process ids are the kernel's; a process that has exited
 * but was not yet waited for by its parent (a zombie) counts as gone everywhere.
 */
public sealed interface Host permits LinuxHost, PortableHost {
    /** The machine that we run on. */
    static Host current() {
        return Files.isReadable(Path.of("/proc/self/stat")) ? new LinuxHost(Path.of("/proc")) : new PortableHost();
    }

    /** Whether our effective user is root, as which PostgreSQL refuses to run. */
    boolean isRoot();

    /** Whether the process exists and runs. */
    boolean isAlive(long pid);

    /**
     * A text that no other process with the same pid ever has on this machine, in this boot or another; empty if the
     * process is gone. Kept beside a pid, it tells whether the pid was reused. Contains no white space.
     */
    Optional<String> incarnation(long pid);

    /**
     * What the process shows in {@code ps}, for example {@code postgres: startup recovering
     * 0000000100000000000000A5}; empty if the process is gone or hides it.
     */
    Optional<String> title(long pid);

    /** The name of the program that the process runs, {@code postgres} for example; empty if it is gone. */
    Optional<String> program(long pid);

    /**
     * The processes whose working directory is {@code directory}, also when that has been deleted since. Every process
     * of a PostgreSQL server works in its data directory (REL_18 miscinit.c ChangeToDataDir), so these include the ones
     * that outlived a killed postmaster. Empty where the operating system does not tell, and without the processes of
     * users that we may not look at.
     */
    List<Long> processesIn(Path directory);

    /**
     * The working directory of a process, named as the kernel does; one that was deleted is named as no file is. Empty
     * if the process is gone, if we may not look at it, or where the operating system does not tell.
     */
    Optional<Path> workingDirectory(long pid);

    /**
     * How much memory processes hold, each with all its descendants: a page that several of them have is counted once. This costs about half a
     * millisecond for each process, more if it holds gigabytes.
     *
     * @param pids of processes that do not descend from each other
     * @return bytes by process id, without those that are gone or that we may not look at; empty where the operating system does not tell
     */
    Optional<Map<Long, Long>> memory(Collection<Long> pids);

    /** What can be sent to a postmaster (REL_18 postmaster.c handle_pm_shutdown_request_signal). */
    enum Signal {
        /** Smart shutdown: wait for the clients to leave. */
        TERM,
        /** Fast shutdown: abort transactions, write a checkpoint. */
        INT,
        /** Immediate shutdown: recovery follows at the next start. */
        QUIT,
        /** The kernel ends the process at once; its children notice by themselves. */
        KILL
    }

    /** Sends a signal; false if the process is gone or belongs to somebody else. */
    default boolean signal(long pid, Signal signal) {
        // In a thread that was interrupted, the shell would be ended before it has sent anything.
        boolean isInterrupted = Thread.interrupted();
        try {
            // Java sends TERM and KILL only. The shell has kill built in, where a program of that name may be missing.
            return ProgramRun.succeeds(
                    List.of("sh", "-c", "kill -" + signal + " " + pid + " 2>/dev/null"), Duration.ofSeconds(10));
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Sends SIGTERM to a child of another process.
     *
     * @return false if it is gone, is not a child of that process, or belongs to somebody else, or where there is no such signal
     */
    default boolean endChild(long parent, long child) {
        return ProcessHandle.of(child).filter(process -> process.parent().map(ProcessHandle::pid).filter(pid -> pid == parent).isPresent())
                .filter(ProcessHandle::supportsNormalTermination).map(ProcessHandle::destroy).orElse(false);
    }

    /** The longest path of a Unix-domain socket in bytes, without the closing zero. */
    int socketPathLimit();

    /** Whether PostgreSQL can sync a whole file system with one call here (REL_14 fd.c, HAVE_SYNCFS). */
    boolean hasSyncfs();

    /**
     * The command, run in a session of its own and by a process of its own that nobody waits for, so that Ctrl-C in our
     * terminal and its closing do not reach it. What it prints before it redirects its output comes through. Where the operating system has no program for that, the command itself.
     */
    List<String> inOwnSession(List<String> command);
}
