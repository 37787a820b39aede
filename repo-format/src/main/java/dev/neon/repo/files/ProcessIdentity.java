package dev.neon.repo.files;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Which process, told apart from a later one that got the same pid.
 *
 * @param host       the machine's name
 * @param pid        the process id within {@code namespace}
 * @param startTicks when it started, in a unit of the operating system: clock ticks since boot on Linux
 *                   ({@code proc(5)}, field 22 of {@code stat}), milliseconds since 1970 elsewhere
 * @param boot       the boot of the machine it runs in; {@code -} where the system does not tell
 * @param namespace  the namespace that {@code pid} counts in; {@code -} where the system does not tell
 */
public record ProcessIdentity(String host, long pid, long startTicks, String boot, String namespace) {
    private static final String UNKNOWN = "-";

    /** The process that runs this code. */
    public static ProcessIdentity current() {
        long pid = pidOfSelf();
        return new ProcessIdentity(hostName(), pid, startOf(pid).orElse(0L),
                readWord("/proc/sys/kernel/random/boot_id"), namespaceOfSelf());
    }

    /**
     * Whether {@code other} still runs, as far as this process can see. One on another machine, or in another
     * pid namespace of this one, counts as running, because nothing here can tell.
     */
    public boolean sees(ProcessIdentity other) {
        return !canTell(other)
                || boot.equals(other.boot) && startOf(other.pid).filter(start -> start == other.startTicks).isPresent();
    }

    /** Whether this process can tell if {@code other} runs. */
    public boolean canTell(ProcessIdentity other) {
        return host.equals(other.host) && (!boot.equals(other.boot) || namespace.equals(other.namespace));
    }

    /** The words of a lock file: {@code pid host start boot namespace}, and a newline. */
    public String toLine() {
        return pid + " " + host + " " + startTicks + " " + boot + " " + namespace + "\n";
    }

    /** Reads {@link #toLine}; empty if the text is anything else, a part of a line for example. */
    public static Optional<ProcessIdentity> parse(String line) {
        String[] words = line.strip().split(" ");
        if (words.length != 5 || !line.endsWith("\n")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ProcessIdentity(
                    words[1], Long.parseLong(words[0]), Long.parseLong(words[2]), words[3], words[4]));
        } catch (NumberFormatException damaged) {
            return Optional.empty();
        }
    }

    private static Optional<Long> startOf(long pid) {
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            return ProcessHandle.of(pid).flatMap(handle -> handle.info().startInstant()).map(Instant::toEpochMilli);
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"),
                    StandardCharsets.ISO_8859_1);
            // The second field is the program's name in parentheses and may hold blanks and parentheses itself.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            boolean zombie = fields[0].equals("Z") || fields[0].equals("X");
            return zombie ? Optional.empty() : Optional.of(Long.parseLong(fields[19]));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** From /proc where there is one: a ProcessHandle comes with a pool of threads, which cost a command's start. */
    private static long pidOfSelf() {
        try {
            return Long.parseLong(Files.readSymbolicLink(Path.of("/proc/self")).toString());
        } catch (IOException | NumberFormatException elsewhere) {
            return ProcessHandle.current().pid();
        }
    }

    private static String hostName() {
        String name = readWord("/proc/sys/kernel/hostname");
        if (!name.equals(UNKNOWN)) {
            return name;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return UNKNOWN;
        }
    }

    private static String readWord(String file) {
        try {
            String word = Files.readString(Path.of(file)).strip();
            return word.isEmpty() ? UNKNOWN : word.replace(' ', '_');
        } catch (IOException absent) {
            return UNKNOWN;
        }
    }

    private static String namespaceOfSelf() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        } catch (IOException absent) {
            return UNKNOWN;
        }
    }
}
