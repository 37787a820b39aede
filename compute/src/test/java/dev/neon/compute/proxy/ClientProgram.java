package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs programs of others, whose output goes to files so that no pipe can block them. */
final class ClientProgram {
    private static final long LIMIT_SECONDS = 300;

    private final Process process;
    private final Path output;

    private ClientProgram(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * What a program has printed on both its streams.
     *
     * @param code its exit code
     */
    record Result(int code, String output) {
        /** The output, if it succeeded. */
        String orThrow() {
            assertEquals(0, code, output);
            return output;
        }
    }

    /** Starts it with something on its standard input. */
    static ClientProgram start(Map<String, String> environment, String input, List<String> command) throws IOException {
        Path in = Files.createTempFile("client", ".in");
        Path output = Files.createTempFile("client", ".out");
        Files.writeString(in, input);
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(in.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(new HashMap<>(environment));
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        in.toFile().deleteOnExit();
        output.toFile().deleteOnExit();
        return new ClientProgram(process, output);
    }

    static Result run(Map<String, String> environment, String input, List<String> command) throws Exception {
        return start(environment, input, command).end();
    }

    static String run(List<String> command) throws Exception {
        return run(Map.of(), "", command).orThrow();
    }

    long pid() {
        return process.pid();
    }

    /** Waits until it ends. */
    Result end() throws Exception {
        boolean hasEnded = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (!hasEnded) {
            process.destroyForcibly();
        }
        String text = Files.readString(output);
        assertTrue(hasEnded, () -> "it did not end: " + text);
        return new Result(process.exitValue(), text);
    }

    /** Where a program is found on the path. */
    static Optional<Path> find(String name) {
        return Optional.ofNullable(System.getenv("PATH")).stream().flatMap(path -> List.of(path.split(":")).stream())
                .map(directory -> Path.of(directory).resolve(name)).filter(Files::isExecutable).findFirst();
    }
}
