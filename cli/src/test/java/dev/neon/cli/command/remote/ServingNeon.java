package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.cli.TestNeon;
import dev.neon.cli.command.Commands;
import dev.neon.compute.binaries.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code neon serve --http} in a thread of this process, on a free port; closing it ends it as a signal does. */
final class ServingNeon implements AutoCloseable {
    private final Thread thread;
    private final CompletableFuture<TestNeon.Result> result = new CompletableFuture<>();
    private final Path log;
    private final String address;

    ServingNeon(Path root, String... options) throws Exception {
        this.log = root.resolveSibling(root.getFileName() + "-" + System.nanoTime() + ".log");
        List<String> words = new ArrayList<>(List.of("serve", "--http", "127.0.0.1:0", "--root", root.toString(), "--access-log", log.toString()));
        words.addAll(List.of(options));
        TestNeon neon = new TestNeon(Commands.tree(), root).with("NEON_CACHE_DIR", TestPostgres.cache().toString())
                .with("USER", "server").with(Clock.systemUTC());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        thread = new Thread(() -> result.complete(neon.run(out, words.toArray(String[]::new))));
        thread.start();
        while (out.size() == 0 && !result.isDone()) {
            Thread.sleep(5);
        }
        if (result.isDone()) {
            throw new AssertionError(result.join().err());
        }
        address = out.toString(StandardCharsets.UTF_8).strip();
    }

    /** As users type it. */
    String address() {
        return address;
    }

    String address(String repository) {
        return address + '/' + repository;
    }

    List<String> log() throws Exception {
        return Files.readAllLines(log);
    }

    /** The lines of the log for a verb. */
    List<String> log(String verb) throws Exception {
        return log().stream().filter(line -> line.contains(" verb=" + verb + ' ')).toList();
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
        assertEquals(0, result.join().code(), result.join().err());
    }
}
