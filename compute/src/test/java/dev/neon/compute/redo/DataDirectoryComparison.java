package dev.neon.compute.redo;

import dev.neon.page.Page;
import dev.neon.postgres.CheckPoint;
import dev.neon.postgres.ControlFile;
import dev.neon.postgres.ForkNumber;
import dev.neon.redo.PageMask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Compares two data directories of one point, both shut down: what PostgreSQL has made of it, and what neon has. Pages
 * are masked as after a record, free space maps are passed over; of pg_control the counters of the checkpoint count.
 */
final class DataDirectoryComparison {
    /** Directories of files of which every byte counts. */
    private static final List<String> DIRECTORIES = List.of("pg_xact", "pg_multixact/offsets", "pg_multixact/members",
            "pg_commit_ts", "pg_twophase");
    private static final String ORIGINS = "pg_logical/replorigin_checkpoint";
    private static final int MAGIC_AND_CHECKSUM = 8;
    private static final int RUN = 32;

    /** A counter of the last checkpoint. */
    private record Counter(String name, Function<CheckPoint, Object> value) {}

    private static final List<Counter> COUNTERS = List.of(
            new Counter("timeline", CheckPoint::timeline),
            new Counter("nextXid", CheckPoint::nextXid),
            new Counter("nextOid", CheckPoint::nextOid),
            new Counter("nextMulti", CheckPoint::nextMulti),
            new Counter("nextMultiOffset", CheckPoint::nextMultiOffset),
            new Counter("oldestXid", CheckPoint::oldestXid),
            new Counter("oldestXidDB", CheckPoint::oldestXidDatabase),
            new Counter("oldestMulti", CheckPoint::oldestMulti),
            new Counter("oldestMultiDB", CheckPoint::oldestMultiDatabase),
            new Counter("oldestCommitTsXid", CheckPoint::oldestCommitTsXid),
            new Counter("newestCommitTsXid", CheckPoint::newestCommitTsXid),
            new Counter("oldestActiveXid", CheckPoint::oldestActiveXid));

    private final Path postgres;
    private final Path neon;
    private final PageMask unlogged;
    private final List<String> differences = new ArrayList<>();
    private long pages;
    private long masked;

    private DataDirectoryComparison(Path postgres, Path neon, PageMask unlogged) {
        this.postgres = postgres;
        this.neon = neon;
        this.unlogged = unlogged;
    }

    /**
     * @param differences a text for each place that differs
     * @param pages       how many were compared
     * @param masked      how many are alike only in what masks leave of them
     */
    record Result(List<String> differences, long pages, long masked) {}

    /** With what a server has left that had written the WAL itself. */
    static Result compare(Path postgres, Path neon) {
        return compare(postgres, neon, (page, block) -> FilesCheck.maskUnlogged(block, page));
    }

    /** With what PostgreSQL's recovery has made of WAL: then what is not in WAL is alike as well. */
    static Result compareWithRecovered(Path postgres, Path neon) {
        return compare(postgres, neon, (page, block) -> { });
    }

    private static Result compare(Path postgres, Path neon, PageMask unlogged) {
        DataDirectoryComparison comparison = new DataDirectoryComparison(postgres, neon, unlogged);
        comparison.relations();
        DIRECTORIES.forEach(comparison::directory);
        comparison.origins();
        comparison.databases();
        comparison.control();
        return new Result(List.copyOf(comparison.differences), comparison.pages, comparison.masked);
    }

    /** A file without origins is as good as none. */
    private void origins() {
        Optional<Path> theirs = Optional.of(postgres.resolve(ORIGINS)).filter(DataDirectoryComparison::hasOrigins);
        Optional<Path> ours = Optional.of(neon.resolve(ORIGINS)).filter(DataDirectoryComparison::hasOrigins);
        files(ORIGINS, theirs, ours);
    }

    private static boolean hasOrigins(Path file) {
        return file.toFile().length() > MAGIC_AND_CHECKSUM;
    }

    private void relations() {
        Map<String, Integer> theirs = RelationForks.of(postgres);
        Map<String, Integer> ours = RelationForks.of(neon);
        Map<String, Integer> all = new TreeMap<>(theirs);
        all.putAll(ours);
        all.forEach((name, fork) -> {
            if (fork == ForkNumber.FSM.ordinal()) {
                return;
            }
            if (!ours.containsKey(name) || !theirs.containsKey(name)) {
                differences.add(name + ": only " + (ours.containsKey(name) ? "neon" : "PostgreSQL") + " has it");
                return;
            }
            int expected = ForkPages.blocks(postgres.resolve(name));
            int actual = ForkPages.blocks(neon.resolve(name));
            if (expected != actual) {
                differences.add(name + ": " + actual + " blocks, but PostgreSQL has " + expected);
            }
            for (int block = 0; block < Math.min(expected, actual); block++) {
                page(name, fork, block);
            }
        });
    }

    private void page(String name, int fork, int block) {
        pages++;
        Page theirs = ForkPages.read(postgres.resolve(name), block);
        Page ours = ForkPages.read(neon.resolve(name), block);
        canonical(theirs);
        canonical(ours);
        if (Arrays.equals(theirs.bytes(), ours.bytes())) {
            return;
        }
        masked++;
        String where = name + " block " + block + ": ";
        try {
            FilesCheck.mask(fork, block, theirs);
            FilesCheck.mask(fork, block, ours);
            unlogged.mask(theirs, block);
            unlogged.mask(ours, block);
        } catch (RuntimeException | AssertionError unsound) {
            differences.add(where + unsound + "\n" + PageDifference.describe(ours, theirs));
            return;
        }
        if (!Arrays.equals(theirs.bytes(), ours.bytes())) {
            differences.add(where + "\n" + PageDifference.describe(ours, theirs));
        }
    }

    /** Checksums follow from the rest, and holes mean nothing. */
    private static void canonical(Page page) {
        page.setChecksum(0);
        page.clearHole();
    }

    private void directory(String directory) {
        TreeSet<String> names = new TreeSet<>(names(postgres.resolve(directory)));
        names.addAll(names(neon.resolve(directory)));
        for (String name : names) {
            String path = directory + "/" + name;
            files(path, Optional.of(postgres.resolve(path)).filter(Files::exists),
                    Optional.of(neon.resolve(path)).filter(Files::exists));
        }
    }

    private static List<String> names(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The maps of relations and the versions, in each directory of a database and in that of shared relations. */
    private void databases() {
        for (String name : List.of("pg_filenode.map", "PG_VERSION")) {
            TreeSet<String> paths = new TreeSet<>(find(postgres, name));
            paths.addAll(find(neon, name));
            for (String path : paths) {
                files(path, Optional.of(postgres.resolve(path)).filter(Files::exists),
                        Optional.of(neon.resolve(path)).filter(Files::exists));
            }
        }
    }

    private static List<String> find(Path data, String name) {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> file.endsWith(name)).map(file -> data.relativize(file).toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void files(String name, Optional<Path> theirs, Optional<Path> ours) {
        if (theirs.isEmpty() || ours.isEmpty()) {
            if (theirs.isPresent() || ours.isPresent()) {
                differences.add(name + ": only " + (ours.isPresent() ? "neon" : "PostgreSQL") + " has it");
            }
            return;
        }
        try {
            byte[] expected = Files.readAllBytes(theirs.get());
            byte[] actual = Files.readAllBytes(ours.get());
            int at = Arrays.mismatch(expected, actual);
            if (at >= 0) {
                differences.add(name + ": differs from byte " + at + " on, neon " + hex(actual, at) + ", PostgreSQL "
                        + hex(expected, at));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hex(byte[] bytes, int at) {
        return HexFormat.of().formatHex(bytes, Math.min(at, bytes.length), Math.min(at + RUN, bytes.length)) + " of "
                + bytes.length + " bytes";
    }

    private void control() {
        ControlFile theirs = ControlFile.read(postgres.resolve("global/pg_control"));
        ControlFile ours = ControlFile.read(neon.resolve("global/pg_control"));
        control("identity", theirs.identity(), ours.identity());
        control("state", theirs.state(), ours.state());
        COUNTERS.forEach(counter -> control(counter.name(), counter.value().apply(theirs.checkPoint()),
                counter.value().apply(ours.checkPoint())));
    }

    private void control(String name, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            differences.add("pg_control: " + name + " is " + actual + ", but PostgreSQL has " + expected);
        }
    }
}
