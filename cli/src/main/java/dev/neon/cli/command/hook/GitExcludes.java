package dev.neon.cli.command.hook;

import dev.neon.cli.io.Environment;
import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** What git ignores in one clone, {@code .git/info/exclude}. */
final class GitExcludes {
    private final Environment environment;
    private final Git git;

    GitExcludes(Environment environment, Git git) {
        this.environment = environment;
        this.git = git;
    }

    /**
     * Has git ignore a directory, unless it does.
     *
     * @param directory relative to the work tree's top
     * @return the file that it was added to; empty if git ignores it anyway
     */
    Optional<Path> add(Path directory) {
        if (git.ask("check-ignore", "-q", ":/" + directory).isPresent()) {
            return Optional.empty();
        }
        Path file = git.ask("rev-parse", "--git-path", "info/exclude").orElseThrow().stream().map(environment.directory()::resolve)
                .findFirst().orElseThrow().normalize();
        try {
            Files.createDirectories(file.getParent());
            // A last line without an end is one still.
            String before = Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
            String line = '/' + escaped(directory.toString()) + "/\n";
            Files.writeString(file, before.isEmpty() || before.endsWith("\n") ? line : '\n' + line,
                    StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            return Optional.of(file);
        } catch (IOException failure) {
            throw new StorageFailedException("write", file, failure);
        }
    }

    /** As a pattern of gitignore(5) that means the path itself. */
    private static String escaped(String path) {
        return path.replaceAll("([\\\\*?\\[])", "\\\\$1");
    }
}
