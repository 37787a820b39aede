package dev.neon.cli.command.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Two network namespaces that are joined by a pair of virtual interfaces and by nothing else, as two machines by a cable. Closing
 * ends the processes in them, and removes them.
 *
 * @param near the name of the one in which users are
 * @param far  the name of the one in which servers are
 */
record Namespaces(String near, String far) implements AutoCloseable {
    static final String NEAR_ADDRESS = "10.201.7.1";
    static final String FAR_ADDRESS = "10.201.7.2";
    private static final String NEAR_END = "near";
    private static final String FAR_END = "far";

    /** Makes them; empty if this machine or this user has none. */
    static Optional<Namespaces> make() throws IOException, InterruptedException {
        String name = "neon-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        Namespaces made = new Namespaces(name + "-near", name + "-far");
        if (!is("ip", "netns", "add", made.near)) {
            return Optional.empty();
        }
        try {
            run("ip", "netns", "add", made.far);
            run("ip", "link", "add", "name", NEAR_END, "netns", made.near, "type", "veth", "peer", "name", FAR_END, "netns", made.far);
            for (String[] end : new String[][] {{made.near, NEAR_END, NEAR_ADDRESS}, {made.far, FAR_END, FAR_ADDRESS}}) {
                run("ip", "-n", end[0], "addr", "add", end[2] + "/30", "dev", end[1]);
                run("ip", "-n", end[0], "link", "set", end[1], "up");
                run("ip", "-n", end[0], "link", "set", "lo", "up");
            }
            // Else the near side would be told that nobody has the address, as behind a router it is not.
            String place = output("ip", "netns", "exec", made.far, "cat", "/sys/class/net/" + FAR_END + "/address");
            run("ip", "-n", made.near, "neigh", "replace", FAR_ADDRESS, "lladdr", place, "nud", "permanent", "dev", NEAR_END);
            return Optional.of(made);
        } catch (IOException | InterruptedException failure) {
            made.close();
            throw failure;
        }
    }

    /** A command as it is run where users are. */
    List<String> near(List<String> command) {
        return in(near, command);
    }

    /** A command as it is run where servers are. */
    List<String> far(List<String> command) {
        return in(far, command);
    }

    private static List<String> in(String namespace, List<String> command) {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        words.addAll(command);
        return words;
    }

    /** Takes the far end of the link down: what is sent vanishes, and nobody is told. */
    void cut() throws IOException, InterruptedException {
        run("ip", "-n", far, "link", "set", FAR_END, "down");
    }

    void join() throws IOException, InterruptedException {
        run("ip", "-n", far, "link", "set", FAR_END, "up");
    }

    /** Lets through no more than a rate, as {@code 16mbit}, both ways. */
    void limit(String rate) throws IOException, InterruptedException {
        shape("tbf", "rate", rate, "burst", "64kb", "latency", "200ms");
    }

    /** Delays and loses packets, as {@code delay 20ms loss 1%}, both ways; false if the kernel cannot do that. */
    boolean disturb(String... how) throws IOException, InterruptedException {
        if (!is("tc", "-n", near, "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms")) {
            return false;
        }
        run("tc", "-n", near, "qdisc", "del", "dev", "lo", "root");
        List<String> words = new ArrayList<>(List.of("netem"));
        words.addAll(List.of(how));
        shape(words.toArray(String[]::new));
        return true;
    }

    private void shape(String... how) throws IOException, InterruptedException {
        for (String[] end : new String[][] {{near, NEAR_END}, {far, FAR_END}}) {
            List<String> words = new ArrayList<>(List.of("tc", "-n", end[0], "qdisc", "replace", "dev", end[1], "root"));
            words.addAll(List.of(how));
            run(words.toArray(String[]::new));
        }
    }

    /** As fast as the machine is again. */
    void free() throws IOException, InterruptedException {
        is("tc", "-n", near, "qdisc", "del", "dev", NEAR_END, "root");
        is("tc", "-n", far, "qdisc", "del", "dev", FAR_END, "root");
    }

    /** Bytes that have come to the near side so far, headers of packets with them. */
    long toNear() throws IOException, InterruptedException {
        return received(near, NEAR_END);
    }

    /** As {@link #toNear}, to the far side. */
    long toFar() throws IOException, InterruptedException {
        return received(far, FAR_END);
    }

    private static long received(String namespace, String end) throws IOException, InterruptedException {
        return Long.parseLong(output("ip", "netns", "exec", namespace, "cat", "/sys/class/net/" + end + "/statistics/rx_bytes"));
    }

    /** The processes on the far side. */
    List<ProcessHandle> processes() throws IOException, InterruptedException {
        return processes(far);
    }

    private static List<ProcessHandle> processes(String namespace) throws IOException, InterruptedException {
        return output("ip", "netns", "pids", namespace).lines().flatMap(id -> ProcessHandle.of(Long.parseLong(id.strip())).stream()).toList();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (String each : List.of(near, far)) {
            if (output("ip", "netns", "list").lines().noneMatch(line -> line.split(" ")[0].equals(each))) {
                continue;
            }
            processes(each).forEach(ProcessHandle::destroyForcibly);
            run("ip", "netns", "del", each);
        }
    }

    private static boolean is(String... command) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        output(command);
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + text);
        }
        return text;
    }
}
