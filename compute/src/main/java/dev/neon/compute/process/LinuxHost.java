package dev.neon.compute.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Linux, through {@code /proc} (proc(5)).
 *
 * @param proc where it is mounted
 */
record LinuxHost(Path proc) implements Host {
    /**
     * Runs a command and prints what it prints until it closes its output. setsid ends at once, and Java throws away
     * what comes through a pipe after the process at its end has gone.
     */
    private static final String RELAY = "output=$(\"$@\") && echo \"$output\"";

    /** What the kernel appends to the name of a working directory that no longer exists. */
    private static final String DELETED = " (deleted)";
    private static final List<Path> SETSID = List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));
    /** Fields of {@code stat} after the command name, counted from 0. */
    private static final int STATE = 0, PARENT = 1, START_TIME = 19;

    @Override
    public boolean isRoot() {
        return read(proc.resolve("self/status")).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("Uid:"))
                .anyMatch(line -> line.split("\\s+")[2].equals("0"));
    }

    @Override
    public boolean isAlive(long pid) {
        return stat(pid).isPresent();
    }

    @Override
    public Optional<String> incarnation(long pid) {
        // Ticks since boot alone would repeat after a reboot.
        String boot = read(proc.resolve("sys/kernel/random/boot_id")).map(String::strip).orElse("");
        return stat(pid).map(fields -> fields[START_TIME] + "@" + boot);
    }

    @Override
    public Optional<String> title(long pid) {
        return read(process(pid).resolve("cmdline"))
                .map(line -> line.replace('\0', ' ').strip())
                .filter(line -> !line.isEmpty());
    }

    @Override
    public List<Long> processesIn(Path directory) {
        String wanted = real(directory);
        return processes().stream().filter(pid -> worksIn(process(pid), wanted) && isAlive(pid)).toList();
    }

    /** All of the machine that we may see. */
    private List<Long> processes() {
        List<Long> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(proc)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                String name = entry.getFileName().toString();
                if (!name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    found.add(Long.parseLong(name));
                }
            }
        } catch (IOException noProcesses) {
            return List.of();
        }
        return found;
    }

    @Override
    public Optional<Map<Long, Long>> memory(Collection<Long> pids) {
        Map<Long, Long> parents = new HashMap<>();
        for (long process : processes()) {
            stat(process).ifPresent(fields -> parents.put(process, Long.parseLong(fields[PARENT])));
        }
        return Optional.of(new ProcessMemory(proc).ofTrees(parents, pids));
    }

    @Override
    public Optional<Path> workingDirectory(long pid) {
        return works(process(pid));
    }

    private static boolean worksIn(Path process, String directory) {
        return works(process).map(Path::toString)
                .filter(works -> works.equals(directory) || works.equals(directory + DELETED)).isPresent();
    }

    private static Optional<Path> works(Path process) {
        try {
            return Optional.of(Files.readSymbolicLink(process.resolve("cwd")));
        } catch (IOException goneOrForeign) {
            return Optional.empty();
        }
    }

    /** The kernel names directories without symbolic links; of one that was deleted, its parents can still tell. */
    private static String real(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        Path missing = absolute.getFileSystem().getPath("");
        for (Path there = absolute; there != null; there = there.getParent()) {
            try {
                return there.toRealPath().resolve(missing).normalize().toString();
            } catch (IOException gone) {
                Path name = there.getFileName();
                missing = name == null ? missing : name.resolve(missing);
            }
        }
        return absolute.toString();
    }

    @Override
    public int socketPathLimit() {
        return 107;
    }

    @Override
    public Optional<String> program(long pid) {
        return read(process(pid).resolve("comm")).map(String::strip).filter(name -> !name.isEmpty());
    }

    @Override
    public boolean hasSyncfs() {
        return true;
    }

    @Override
    public List<String> inOwnSession(List<String> command) {
        return SETSID.stream().filter(Files::isExecutable).findFirst()
                .map(setsid -> Stream.concat(Stream.of("sh", "-c", RELAY, "sh", setsid.toString(), "--fork"),
                        command.stream()).toList())
                .orElse(command);
    }

    /** The fields after the command name, which may itself hold spaces and parentheses; empty for a zombie. */
    private Optional<String[]> stat(long pid) {
        return read(process(pid).resolve("stat"))
                .map(line -> line.substring(line.lastIndexOf(')') + 1).strip().split(" "))
                .filter(fields -> fields.length > START_TIME && !"ZX".contains(fields[STATE]));
    }

    private Path process(long pid) {
        return proc.resolve(Long.toString(pid));
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (IOException goneOrForeign) {
            return Optional.empty();
        }
    }
}
