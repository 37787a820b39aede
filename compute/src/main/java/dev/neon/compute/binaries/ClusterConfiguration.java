package dev.neon.compute.binaries;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The configuration files of a fresh cluster, in brief: each branch has its copy, and initdb's samples are 40 kB of
 * comments.
 */
final class ClusterConfiguration {
    private static final String ABOUT = """
            # Settings of this branch. 'neon start -c name=value' overrides them, and neon itself sets the port, the
            # addresses and what keeps the WAL in the repository. All settings:
            # https://www.postgresql.org/docs/current/runtime-config.html
            """;
    private static final String ACCESS = """
            # TYPE  DATABASE     USER  ADDRESS       METHOD
            local   all          all                 trust
            host    all          all   127.0.0.1/32  trust
            host    all          all   ::1/128       trust
            local   replication  all                 trust
            host    replication  all   127.0.0.1/32  trust
            host    replication  all   ::1/128       trust
            """;
    private static final String NAMES = "# MAPNAME  SYSTEM-USERNAME  PG-USERNAME\n";

    private ClusterConfiguration() {}

    /** What a cluster without such files gets: names of the files and their content. */
    static Map<String, byte[]> defaults() {
        return Map.of("postgresql.conf", ABOUT.getBytes(StandardCharsets.UTF_8),
                "pg_hba.conf", ACCESS.getBytes(StandardCharsets.UTF_8),
                "pg_ident.conf", NAMES.getBytes(StandardCharsets.UTF_8));
    }

    /** Keeps what initdb found out (limits, time zone, locale: its uncommented lines) and drops the rest. */
    static void shorten(Path dataDirectory) throws IOException {
        Path settings = dataDirectory.resolve("postgresql.conf");
        List<String> lines = Files.readAllLines(settings);
        Files.writeString(settings, lines.stream()
                .map(line -> line.replaceFirst("\\s*#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining("\n", ABOUT, "\n")));
        Files.writeString(dataDirectory.resolve("pg_hba.conf"), ACCESS);
        Files.writeString(dataDirectory.resolve("pg_ident.conf"), NAMES);
    }
}
