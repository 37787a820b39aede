package dev.neon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What the figures were taken on, without the machine's name. */
final class Machine {
    private Machine() {}

    static String describe(Path directory) throws IOException {
        return "CPU: " + field("/proc/cpuinfo", "model name") + ", " + Runtime.getRuntime().availableProcessors()
                + " cores\nmemory: " + field("/proc/meminfo", "MemTotal") + "\nfile system: "
                + Files.getFileStore(directory).type() + "\nkernel: " + System.getProperty("os.name") + ' '
                + System.getProperty("os.version") + "\nJava: " + Runtime.version() + "\ngit: "
                + Program.run(directory, Map.of(), "git", "--version").out().strip();
    }

    /** How busy the machine is: processes that wanted to run in the last 1, 5 and 15 minutes. */
    static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Files.readString(file).replaceFirst(" [0-9]+/.*\n", "") : "unknown";
    }

    private static String field(String file, String name) throws IOException {
        if (!Files.exists(Path.of(file))) {
            return "unknown";
        }
        return Files.readAllLines(Path.of(file)).stream().filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse("unknown");
    }
}
