package dev.neon.compute.mustshow;

import dev.neon.compute.process.Host;
import dev.neon.compute.process.ProgramRun;
import dev.neon.compute.workspace.TestWorkspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** SIGKILL for every process of a server at once. */
final class ServerKill {
    private ServerKill() {}

    static void all(TestWorkspace neon, String branch) throws InterruptedException {
        Path dataDirectory = neon.workspace().repository().dataDirectory(neon.timeline(branch));
        for (List<Long> left = processes(dataDirectory); !left.isEmpty(); left = processes(dataDirectory)) {
            String pids = left.stream().map(String::valueOf).collect(Collectors.joining(" "));
            ProgramRun.of(List.of("sh", "-c", "kill -KILL " + pids), Duration.ofSeconds(10));
            // A process that is on its way out has no working directory any more, but is there for a moment.
            while (left.stream().anyMatch(Host.current()::isAlive)) {
                Thread.sleep(1);
            }
        }
    }

    /** The server's processes, postmaster and children. */
    static List<Long> processes(TestWorkspace neon, String branch) {
        return processes(neon.workspace().repository().dataDirectory(neon.timeline(branch)));
    }

    private static List<Long> processes(Path dataDirectory) {
        return Host.current().processesIn(dataDirectory);
    }
}
