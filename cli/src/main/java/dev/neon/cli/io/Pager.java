package dev.neon.cli.io;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Shows a long result on a terminal a screen at a time, as git does: through NEON_PAGER, else core.pager, else PAGER,
 * else less, which gets LESS=FRX unless that is set. A result of a few lines is printed as it is, so that short lists
 * need no other program. When the user quits the pager, the rest goes nowhere.
 */
public final class Pager implements AutoCloseable {
    /** A result of no more lines fits every screen. */
    static final int SHORT = 20;

    private static final int BUFFER_BYTES = 16 * 1024;

    private final Environment environment;
    private final String command;
    private final Screen screen = new Screen();
    private final PrintStream out;
    private Optional<Process> process = Optional.empty();

    private Pager(Environment environment, String command) {
        this.environment = environment;
        this.command = command;
        this.out = new PrintStream(new BufferedOutputStream(screen, BUFFER_BYTES), false, StandardCharsets.UTF_8);
    }

    /**
     * A pager for the results of a command; empty if they are not for a screen or the user wants none.
     *
     * @param configured core.pager
     */
    public static Optional<Pager> of(Environment environment, Optional<String> configured) {
        if (!environment.terminals().out()) {
            return Optional.empty();
        }
        Optional<String> chosen = Optional.ofNullable(environment.variables().get("NEON_PAGER")).or(() -> configured)
                .or(() -> Optional.ofNullable(environment.variables().get("PAGER")));
        String command = chosen.orElse("less").strip();
        // Who has no less sees the result all the same; of what was chosen the shell says that it is missing.
        boolean isMissing = chosen.isEmpty() && environment.program("less").isEmpty();
        return command.isEmpty() || command.equals("cat") || isMissing ? Optional.empty()
                : Optional.of(new Pager(environment, command));
    }

    /** The stream for results. */
    PrintStream out() {
        return out;
    }

    /** Waits until the user has seen enough. */
    @Override
    public void close() {
        out.close();
        process.ifPresent(Interruption::await);
    }

    private void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of("/bin/sh", "-c", command))
                .directory(environment.directory().toFile())
                .redirectOutput(ProcessBuilder.Redirect.INHERIT).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().retainAll(environment.variables().keySet());
        builder.environment().putAll(environment.variables());
        builder.environment().putIfAbsent("LESS", "FRX");
        builder.environment().putIfAbsent("LV", "-c");
        environment.out().flush();
        process = Optional.of(builder.start());
    }

    /** Keeps what is written until it is more than a few lines, then starts the program and gives it all. */
    private final class Screen extends OutputStream {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private int lines;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            if (process.isPresent()) {
                process.get().getOutputStream().write(bytes, from, count);
                return;
            }
            kept.write(bytes, from, count);
            for (int i = from; i < from + count; i++) {
                lines += bytes[i] == '\n' ? 1 : 0;
            }
            if (lines > SHORT) {
                start();
                kept.writeTo(process.orElseThrow().getOutputStream());
                kept.reset();
            }
        }

        @Override
        public void flush() throws IOException {
            if (process.isPresent()) {
                process.get().getOutputStream().flush();
            }
        }

        @Override
        public void close() throws IOException {
            if (process.isPresent()) {
                process.get().getOutputStream().close();
            } else {
                kept.writeTo(environment.out());
            }
        }
    }
}
