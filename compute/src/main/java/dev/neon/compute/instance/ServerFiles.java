package dev.neon.compute.instance;

import dev.neon.compute.process.Host;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What can be told of, and done with, a data directory that is not in a repository yet. */
public final class ServerFiles {
    private ServerFiles() {}

    /** The pid of the server that runs on a data directory, from its postmaster.pid, if that process is alive. */
    public static Optional<Long> livePostmaster(Path dataDirectory) {
        return PostmasterPid.read(dataDirectory).map(PostmasterPid::pid).filter(Host.current()::isAlive);
    }

    /** Arguments for a program that opens the data directory by itself, {@code -D} and the settings neon insists on. */
    public static List<String> standaloneArguments(Path dataDirectory) {
        List<String> arguments = new ArrayList<>(List.of("-D", dataDirectory.toString()));
        for (String setting : ServerCommand.standalone(dataDirectory, List.of())) {
            arguments.add("-c");
            arguments.add(setting);
        }
        return arguments;
    }
}
