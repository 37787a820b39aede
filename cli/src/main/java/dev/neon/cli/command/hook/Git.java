package dev.neon.cli.command.hook;

import dev.neon.cli.io.Environment;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.UnsupportedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The user's git, in a directory of theirs. */
final class Git {
    private final Environment environment;
    private final Path program;

    /** @throws NotFoundException if there is no git */
    Git(Environment environment) {
        this.environment = environment;
        this.program = environment.program("git").orElseThrow(() -> new NotFoundException(
                "unable to run 'git': no such program on the PATH", "Install git, or put it on the PATH."));
    }

    /** The work tree that the directory is in. */
    WorkTree workTree() {
        Answer answer = run("rev-parse", "--show-toplevel", "--git-dir", "--git-common-dir", "--git-path", "hooks");
        if (answer.code() != 0) {
            throw refused(answer.error());
        }
        List<Path> paths = answer.lines().stream().map(environment.directory()::resolve).map(Path::normalize).toList();
        return new WorkTree(paths.get(0), paths.get(1), paths.get(2), paths.get(3));
    }

    private static RuntimeException refused(String error) {
        String said = error.lines().filter(line -> line.startsWith("fatal: ")).findFirst()
                .map(line -> line.substring("fatal: ".length())).orElse(error);
        if (said.startsWith("not a git repository")) {
            return new NotFoundException("there is no git work tree here", "Make one with 'git init', or change to one.");
        }
        return new UnsupportedException("git refuses: " + said.strip().replaceFirst("\\.$", ""),
                "'git rev-parse --show-toplevel' says more; it must print the work tree's directory.");
    }

    /** What a git command prints; empty if it says no. */
    Optional<List<String>> ask(String... arguments) {
        Answer answer = run(arguments);
        return answer.code() == 0 ? Optional.of(answer.lines()) : Optional.empty();
    }

    /** The branch that is checked out, without {@code refs/heads/}; empty if HEAD is detached. */
    Optional<String> branch() {
        return ask("symbolic-ref", "-q", "HEAD").flatMap(lines -> lines.stream().findFirst()).flatMap(Git::branchOf);
    }

    /** {@code main} for {@code refs/heads/main}. */
    static Optional<String> branchOf(String ref) {
        return Optional.of(ref).filter(name -> name.startsWith("refs/heads/")).map(name -> name.substring("refs/heads/".length()));
    }

    /** All branches. */
    List<String> branches() {
        return ask("for-each-ref", "--format=%(refname)", "refs/heads/").orElse(List.of()).stream().map(Git::branchOf)
                .flatMap(Optional::stream).toList();
    }

    private record Answer(int code, List<String> lines, String error) {}

    private Answer run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(environment.directory().toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        // Whatever else git has in mind for its hooks, as GIT_DIR, comes along.
        builder.environment().keySet().retainAll(environment.variables().keySet());
        builder.environment().putAll(environment.variables());
        try {
            Process process = builder.start();
            // It prints little, so that its messages fit the pipe while its result is read.
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(process.waitFor(), out.lines().toList(), error);
        } catch (IOException failure) {
            throw new NotFoundException("unable to run '" + program + "': " + failure.getMessage(), "Install git, or put it on the PATH.");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UnsupportedException("'git' was interrupted", "Run it again.");
        }
    }
}
