package dev.neon.compute.binaries;

import dev.neon.compute.process.ProgramRun;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.UnsupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An installed PostgreSQL.
 *
 * @param binDir  the directory of its programs, absolute
 * @param major   14 to 18
 * @param version as the server tells it, for example {@code 15.18}
 */
public record PostgresBinaries(Path binDir, int major, String version) {
    public static final int OLDEST_MAJOR = PostgresMajor.values()[0].number();
    public static final int NEWEST_MAJOR = PostgresMajor.values()[PostgresMajor.values().length - 1].number();

    /** REL_18 main.c main, for {@code --version}: "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)". */
    private static final Pattern VERSION = Pattern.compile("postgres \\(PostgreSQL\\) (\\d+)(\\S*)");

    /**
     * The PostgreSQL whose programs are in a directory, as its server tells.
     *
     * @throws NotFoundException    if there is no server program
     * @throws UnsupportedException if it is no PostgreSQL server, or not of a major from 14 to 18
     */
    public static PostgresBinaries at(Path binDir) {
        Path absolute = binDir.toAbsolutePath().normalize();
        Path server = absolute.resolve("postgres");
        if (!Files.isExecutable(server)) {
            throw new NotFoundException("there is no PostgreSQL server in '" + absolute + "'",
                    "Name the directory that holds the programs 'postgres' and 'initdb'.");
        }
        String told = ProgramRun.of(List.of(server.toString(), "--version"), Duration.ofSeconds(30))
                .orThrow("Check that '" + server + "' runs on this machine.")
                .output();
        Matcher version = VERSION.matcher(told);
        if (!version.find()) {
            throw new UnsupportedException("'" + server + "' is not a PostgreSQL server",
                    "Name the directory that holds the programs 'postgres' and 'initdb'.");
        }
        int major = requireSupported(Integer.parseInt(version.group(1)), version.group(1) + version.group(2));
        return new PostgresBinaries(absolute, major, version.group(1) + version.group(2));
    }

    static int requireSupported(int major, String version) {
        if (major < OLDEST_MAJOR || major > NEWEST_MAJOR) {
            throw new UnsupportedException("PostgreSQL " + version + " is not supported",
                    "Use PostgreSQL " + OLDEST_MAJOR + " to " + NEWEST_MAJOR + ".");
        }
        return major;
    }

    /**
     * The path of one of its programs.
     *
     * @throws NotFoundException if this installation lacks it
     */
    public Path program(String name) {
        return find(name).orElseThrow(() -> new NotFoundException(
                "'" + name + "' is not among the programs of PostgreSQL " + version + " in '" + binDir + "'",
                "The embedded PostgreSQL has only the server; install PostgreSQL " + major
                        + " with its client programs and name their directory by --pg-bin."));
    }

    /** The path of one of its programs, if this installation has it. */
    public Optional<Path> find(String name) {
        return Optional.of(binDir.resolve(name)).filter(Files::isExecutable);
    }
}
