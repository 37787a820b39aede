package dev.neon.sync;

import dev.neon.repo.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** Which files below a timeline's directory repositories give to each other. Names come from strangers. */
final class TimelinePaths {
    private static final int LONGEST = 255;
    /** The files that people edit; more may come. */
    private static final Pattern SETTINGS = Pattern.compile("settings/[a-z_]+(\\.[a-z_]+){1,2}");
    private static final Pattern COMMIT = Pattern.compile("commits/[0-9A-F]{16}");
    private static final Pattern HISTORY = Pattern.compile("wal/[0-9A-F]{8}\\.history");
    private static final Pattern SNAPSHOT = Pattern.compile("snapshots/[0-9A-F]{16}(/.+)?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");

    private TimelinePaths() {}

    /**
     * The same path.
     *
     * @throws InvalidInputException if nothing of a timeline can be there
     */
    static String require(String path) {
        boolean isKnown = SETTINGS.matcher(path).matches() || COMMIT.matcher(path).matches() || HISTORY.matcher(path).matches() || SNAPSHOT.matcher(path).matches() && isPlain(path);
        if (!isKnown) {
            throw new InvalidInputException("invalid path '" + path + "' of a timeline's file",
                    "The other side is broken, or means harm.");
        }
        return path;
    }

    /** As {@link #require}, of a file: not of a whole snapshot. */
    static String requireFile(String path) {
        if (path.startsWith(TimelineOffer.SNAPSHOTS) && path.indexOf('/', TimelineOffer.SNAPSHOTS.length()) < 0) {
            throw new InvalidInputException("a snapshot '" + path + "' that is a file", "The other side is broken, or means harm.");
        }
        return require(path);
    }

    private static boolean isPlain(String path) {
        return List.of(path.split("/", -1)).stream().allMatch(name -> !name.startsWith(".")
                && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST && NAME.matcher(name).matches());
    }
}
