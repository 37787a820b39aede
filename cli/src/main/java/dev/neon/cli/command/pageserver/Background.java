package dev.neon.cli.command.pageserver;

import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Output;
import dev.neon.compute.daemon.DaemonFiles;
import dev.neon.compute.daemon.DaemonProcess;
import dev.neon.compute.daemon.DaemonRecord;
import dev.neon.compute.daemon.DaemonSettings;
import dev.neon.compute.daemon.DaemonState;
import dev.neon.compute.daemon.HttpChoice;
import dev.neon.compute.daemon.OwnServersStop;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.proxy.ListenAddress;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.UnsupportedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The page server as a process of its own, started and stopped by commands. */
final class Background {
    private final Invocation invocation;
    private final Workspace workspace;
    private final Output output;
    private final DaemonProcess daemon;

    Background(Invocation invocation, Workspace workspace) {
        this.invocation = invocation;
        this.workspace = workspace;
        this.output = invocation.output();
        this.daemon = new DaemonProcess(workspace.repository());
    }

    /**
     * Starts it, unless it runs.
     *
     * @throws BusyException if it runs, and not where the user wants it
     */
    void start(Addresses addresses) throws InterruptedException {
        DaemonSettings settings = addresses.settings(workspace.repository().config());
        List<String> command = command(addresses);
        DaemonState before = new DaemonFiles(workspace.repository()).state();
        if (before instanceof DaemonState.Stopped stopped) {
            stopped.killed().ifPresent(pid -> output.note("the page server before, process " + pid
                    + ", has ended without tidying up; its servers are taken over"));
            output.note("Starting pageserver at '" + settings.listen() + "' in " + PageServerText.repository(invocation, workspace));
        }
        DaemonProcess.Started started = daemon.start(command, settings);
        if (started.fresh()) {
            output.note(PageServerText.STARTED);
            if (settings.http().address().isPresent() && started.record().http().isEmpty()) {
                output.warning("it cannot tell its state over HTTP, since something else listens on " + settings.http()
                        + "; 'neon config set pageserver.http 127.0.0.1:9899' names another port");
            }
            return;
        }
        requireSame("listens on", Addresses.LISTEN, addresses.listen(), Optional.of(started.record().address()), started.record());
        requireSame("tells its state on", Addresses.HTTP, addresses.http().flatMap(HttpChoice::address), started.record().http(), started.record());
        output.note("Page server is already " + PageServerText.place(started.record()));
    }

    private static void requireSame(String does, String option, Optional<ListenAddress> wanted, Optional<ListenAddress> has, DaemonRecord record) {
        // Port 0 is any.
        if (wanted.isPresent() && wanted.get().port() != 0 && has.filter(wanted.get()::isAt).isEmpty()) {
            throw new BusyException("the page server with pid " + record.pid() + " is already running, and " + does + ' '
                    + has.map(ListenAddress::toString).orElse("no port"),
                    "Run 'neon pageserver restart " + option + ' ' + wanted.get() + "' to change that.");
        }
    }

    private List<String> command(Addresses addresses) {
        List<String> words = new ArrayList<>(List.of(launcher(invocation).toString(), "--quiet", "--repo",
                workspace.repository().directory().toString(), "pageserver", "start", "--foreground"));
        words.addAll(addresses.words());
        return words;
    }

    /** @throws UnsupportedException if neon was started in another way than by its launcher */
    static Path launcher(Invocation invocation) {
        return invocation.environment().launcher().orElseThrow(() -> new UnsupportedException(
                "unable to start a process that stays, since neon was not started by its launcher",
                "Run 'neon pageserver start --foreground', or neon by the program 'neon' that it comes with."));
    }

    /** Ends it and leaves its servers; empty if none was running. */
    Optional<DaemonRecord> stop() throws InterruptedException {
        DaemonState before = new DaemonFiles(workspace.repository()).state();
        if (before instanceof DaemonState.Stopped stopped) {
            stopped.killed().ifPresent(pid -> output.note("the page server, process " + pid + ", has ended without tidying up"));
        } else if (before instanceof DaemonState.Running running) {
            output.note("Stopping pageserver with pid " + running.record().pid());
        }
        Optional<DaemonRecord> ended = daemon.stop();
        ended.ifPresent(_ -> output.note("Page server stopped"));
        return ended;
    }

    /**
     * Stops the servers that it has left.
     *
     * @return how many there were
     */
    int stopServers() throws InterruptedException {
        int[] count = {0};
        List<NeonException> failures = new ArrayList<>();
        new OwnServersStop(workspace).run(new OwnServersStop.Observer() {
            @Override
            public void waits(String owner) {
                output.note("waiting for " + owner + ": it is a page server that starts, or stops the servers of one");
            }

            @Override
            public void takesLong(Instance instance, Duration limit) {
                output.note("the server on " + instance.label() + " still writes its checkpoint; after " + limit.toSeconds()
                        + " s it is stopped without one. Ctrl-C lets it end by itself");
            }

            @Override
            public void stopped(Instance instance, boolean isGraceful) {
                count[0]++;
                if (!isGraceful) {
                    output.warning("the server on " + instance.label() + " did not end in time and was stopped harder");
                }
                output.note("stopped the server on " + instance.label());
            }

            @Override
            public void failed(Instance instance, NeonException failure) {
                output.warning("the server on " + instance.label() + " could not be stopped");
                failures.add(failure);
            }
        });
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        return count[0];
    }
}
