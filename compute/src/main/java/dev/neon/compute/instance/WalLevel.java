package dev.neon.compute.instance;

import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code wal_level} of a branch. At {@code minimal}, what a transaction loads into a table that it has made is not
 * in WAL ({@code REL_17 relcache.c RelationNeedsWAL, wal_skip_threshold}): it would be gone with the data directory.
 */
final class WalLevel {
    static final String NAME = "wal_level";

    private static final String LOGICAL = "logical";
    private static final Pattern LINE =
            Pattern.compile("^\\s*wal_level\\s*(?:=|\\s)\\s*'?(\\w+)", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private WalLevel() {}

    /** What the cluster's own files ask for, {@code replica} at least. Included files are not looked at. */
    static String of(Path dataDirectory) {
        for (String name : List.of("postgresql.auto.conf", "postgresql.conf")) {
            Optional<String> set = lastIn(dataDirectory.resolve(name));
            if (set.isPresent()) {
                return set.get().equalsIgnoreCase(LOGICAL) ? LOGICAL : "replica";
            }
        }
        return "replica";
    }

    /** @throws InvalidInputException for a level that would lose commits */
    static void check(String level) {
        if (level.strip().toLowerCase(Locale.ROOT).equals("minimal")) {
            throw new InvalidInputException("wal_level 'minimal' would keep commits out of the WAL",
                    "A branch needs 'replica' or 'logical'.");
        }
    }

    private static Optional<String> lastIn(Path file) {
        try {
            Matcher line = LINE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            return line.results().map(found -> found.group(1)).reduce((earlier, later) -> later);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageFailedException("read", file, e);
        }
    }
}
