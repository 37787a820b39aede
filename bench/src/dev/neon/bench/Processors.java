package dev.neon.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Some of the machine's processors, as util-linux's {@code taskset} has them.
 *
 * @param list such as {@code 0} or {@code 0,1}
 */
record Processors(Path taskset, String list) {
    /** Empty if there is no taskset. */
    static Optional<Processors> of(Lab lab, String list) {
        return lab.find("taskset").map(program -> new Processors(program, list));
    }

    static String all() {
        return "0-" + (Runtime.getRuntime().availableProcessors() - 1);
    }

    /** A command that runs there. */
    List<String> running(List<String> command) {
        List<String> line = new ArrayList<>(List.of(taskset.toString(), "-c", list));
        line.addAll(command);
        return line;
    }

    /** Moves all threads of a process there, and what it forks from now on. */
    void take(long pid) {
        Program.run(Path.of("/"), Map.of(), taskset.toString(), "-a", "-c", "-p", list, "" + pid);
    }
}
