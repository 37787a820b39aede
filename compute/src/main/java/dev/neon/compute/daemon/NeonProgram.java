package dev.neon.compute.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How this program calls itself, which only the command line knows.
 *
 * @param version of neon, for people
 * @param command program and arguments that run neon on this repository, before the words of a command; empty if it cannot
 * @param restart what a user is to type to restart the service that this process is; empty if it is none
 * @param busy    the exit code with which a command says that somebody else is at it
 */
public record NeonProgram(String version, List<String> command, Optional<String> restart, int busy) {
    public NeonProgram {
        command = List.copyOf(command);
    }

    List<String> command(List<String> words) {
        List<String> all = new ArrayList<>(command);
        all.addAll(words);
        return all;
    }
}
