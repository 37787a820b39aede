package dev.neon.cli.command.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.InstalledNeon;
import dev.neon.compute.binaries.TestPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A project under the real git with a neon repository beside its files, and a neon that git's hooks can start. */
final class GitProject implements AutoCloseable {
    private final Path directory;
    private final Path home;
    private final CommandLine neon;

    /** What git did; the texts as they came, the hook's among them. */
    record Answer(int code, String text) {}

    /** @param directory of the project; {@code home} beside it has what a user has elsewhere */
    GitProject(Path directory) throws IOException {
        assumeTrue(Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(place -> Path.of(place, "git")).anyMatch(Files::isExecutable),
                "needs git");
        this.directory = Files.createDirectories(directory).toRealPath();
        this.home = Files.createDirectories(this.directory.resolveSibling("home"));
        neon = new CommandLine(this.directory, home);
        environment().forEach(neon::with);
        installNeon();
    }

    /** As if neon was installed, by its full path. */
    void installNeon() throws IOException {
        InstalledNeon.in(home);
    }

    Path launcher() {
        return home.resolve("neon");
    }

    /** With a first commit on main. */
    GitProject begin() throws Exception {
        git("init", "-q", "-b", "main");
        Files.writeString(directory.resolve("app.txt"), "one\n");
        git("add", "app.txt");
        git("commit", "-q", "-m", "one");
        return this;
    }

    Path directory() {
        return directory;
    }

    CommandLine neon() {
        return neon;
    }

    /** Runs git, which must succeed. */
    String git(String... words) throws Exception {
        Answer answer = gitIn(directory, words);
        assertEquals(0, answer.code(), () -> "git " + String.join(" ", words) + ": " + answer.text());
        return answer.text();
    }

    /** Runs git somewhere, whatever comes of it. */
    Answer gitIn(Path place, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(place.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment());
        Process process = builder.start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), text);
    }

    /** The branch that neon's HEAD is on, itself or by a temporary timeline. */
    String database() {
        return neon.ok("status", "--porcelain").lines().findFirst().orElse("").replace("branch\t", "");
    }

    private Map<String, String> environment() {
        return Map.of("PATH", System.getenv("PATH"), "HOME", home.toString(), "GIT_CONFIG_NOSYSTEM", "1", "GIT_AUTHOR_NAME", "tester",
                "GIT_AUTHOR_EMAIL", "tester@example.com", "GIT_COMMITTER_NAME", "tester", "GIT_COMMITTER_EMAIL", "tester@example.com",
                "NEON_CACHE_DIR", TestPostgres.cache().toString(), "USER", "tester");
    }

    static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Override
    public void close() {
        neon.close();
        home.resolve("dist/postgres").toFile().delete();
    }
}
