package dev.neon.sync.http;

import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotARepositoryException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The directory below which repositories are served. A name leads to one if each of its parts is a plain file name, nothing on
 * the way is a repository itself (whoever pushes into that one decides on names in it), and no link leads out of the root.
 */
final class ServedRoot {
    private static final int LONGEST = 1024;

    private final Path root;

    /**
     * @throws NotFoundException     if the root is not there
     * @throws InvalidInputException if it is no directory, or a repository itself
     */
    ServedRoot(Path root) {
        try {
            this.root = root.toRealPath();
        } catch (IOException none) {
            throw new NotFoundException("'" + root + "' is not there", "Name the directory that the repositories are in.");
        }
        if (!Files.isDirectory(this.root) || isRepository(this.root)) {
            throw new InvalidInputException("'" + root + "' is " + (Files.isDirectory(this.root) ? "a repository itself" : "no directory"),
                    "Name the directory that the repositories are in.");
        }
    }

    /**
     * The directory of a repository, without links: that named, {@code .neon} in it, or that with the ending {@code .neon}.
     *
     * @param name parts separated by slashes, decoded: {@code team/shop}
     * @throws NotARepositoryException if there is none
     */
    Path find(String name) {
        List<String> parts = List.of(name.split("/", -1));
        if (name.length() > LONGEST || !parts.stream().allMatch(ServedRoot::isPlain)) {
            throw none(name);
        }
        Path directory = root;
        for (String part : parts.subList(0, parts.size() - 1)) {
            directory = directory.resolve(part);
            if (isRepository(directory)) {
                throw none(name);
            }
        }
        Path named = directory.resolve(parts.getLast());
        for (Path place : List.of(named.resolve(Repository.DIRECTORY_NAME), named, directory.resolve(parts.getLast() + ".neon"))) {
            Optional<Path> real = isRepository(place) ? inside(place) : Optional.empty();
            if (real.isPresent()) {
                return real.get();
            }
        }
        throw none(name);
    }

    /** Nothing hidden, and so neither {@code ..} nor the file of tokens. */
    private static boolean isPlain(String part) {
        return !part.isEmpty() && part.length() <= 255 && !part.startsWith(".")
                && part.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || Character.isISOControl(c) || c == '\uFFFD');
    }

    private static boolean isRepository(Path place) {
        return Files.isDirectory(place.resolve("timelines"));
    }

    private Optional<Path> inside(Path place) {
        try {
            return Optional.of(place.toRealPath()).filter(real -> real.startsWith(root));
        } catch (IOException vanished) {
            return Optional.empty();
        }
    }

    private static NotARepositoryException none(String name) {
        return new NotARepositoryException("there is no repository '" + name + "'", "Check the address.");
    }
}
