package dev.neon.compute.daemon;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a service manager is to run.
 *
 * @param repository  the repository's own directory, absolute
 * @param launcher    the program that starts neon, absolute
 * @param environment variables that it is to have, beside those that the manager gives
 */
public record ServiceCommand(Path repository, Path launcher, Map<String, String> environment) {
    private static final int LONGEST_NAME = 40;
    private static final int DIGITS = 8;

    List<String> arguments() {
        return List.of("--repo", repository.toString(), "pageserver", "start", "--foreground");
    }

    /** A name that no other repository of the machine has: that of its project, and digits that follow from the whole path. */
    String name() {
        Path project = repository.endsWith(".neon") && repository.getParent() != null ? repository.getParent() : repository;
        String word = (project.getFileName() == null ? "" : project.getFileName().toString()).replaceAll("[^A-Za-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        String digits = UUID.nameUUIDFromBytes(repository.toString().getBytes(StandardCharsets.UTF_8)).toString()
                .substring(0, DIGITS);
        return (word.length() > LONGEST_NAME ? word.substring(0, LONGEST_NAME) : word) + (word.isEmpty() ? "" : "-") + digits;
    }
}
