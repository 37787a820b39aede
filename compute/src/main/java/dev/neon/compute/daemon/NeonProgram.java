package dev.neon.compute.daemon;

import java.util.ArrayList;
import java.util.List;

/**
 * How this program calls itself, which only the command line knows.
 *
 * @param version of neon, for people
 * @param command program and arguments that run neon on this repository, before the words of a command; empty if it cannot
 * @param busy    the exit code with which a command says that somebody else is at it
 */
public record NeonProgram(String version, List<String> command, int busy) {
    public NeonProgram {
        command = List.copyOf(command);
    }

    List<String> command(List<String> words) {
        List<String> all = new ArrayList<>(command);
        all.addAll(words);
        return all;
    }
}
