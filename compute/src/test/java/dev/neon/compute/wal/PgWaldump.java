package dev.neon.compute.wal;

import dev.neon.dialect.RecordLine;
import dev.neon.dialect.WalDialect;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The {@code pg_waldump} of one major, if the machine has it. The embedded PostgreSQL comes without; the environment
 * variable {@code NEON_PG_WALDUMP_17} names the program of 17, and so on. That of Debian's packages needs no name.
 */
final class PgWaldump {
    private static final String VARIABLE = "NEON_PG_WALDUMP_";
    private static final String NOTHING_MORE = "(nothing more)";

    private final Path program;

    private PgWaldump(Path program) {
        this.program = program;
    }

    static Optional<PgWaldump> find(int major) {
        return Stream.of(Optional.ofNullable(System.getenv(VARIABLE + major)),
                Optional.of("/usr/lib/postgresql/" + major + "/bin/pg_waldump"))
                .flatMap(Optional::stream).map(Path::of).filter(Files::isExecutable).findFirst().map(PgWaldump::new);
    }

    static String howToName(int major) {
        return "set " + VARIABLE + major + " to the path of one";
    }

    /**
     * Compares every line, one by one, and that both come to the same end.
     *
     * @param wal     the directory of the segments
     * @param first   the start of a record
     * @param details whether with a line for each block
     */
    Differences compare(WalSource source, Path wal, Lsn first, boolean details)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString(), "-p", wal.toString(), "-s",
                first.toString()));
        if (details) {
            command.add("--bkp-details");
        }
        PostgresMajor major = PostgresMajor.of(source.identity().major());
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        Process dump = builder.start();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(dump.getInputStream(), StandardCharsets.UTF_8));
                WalReader reader = WalReader.from(source, first)) {
            return compare(reader, lines, WalDialect.of(major), new RecordLine(major, details, ZoneOffset.UTC));
        } finally {
            dump.destroy();
            dump.waitFor();
        }
    }

    private static Differences compare(WalReader reader, BufferedReader lines, WalDialect dialect, RecordLine line)
            throws IOException {
        Differences differences = new Differences();
        StringBuilder text = new StringBuilder();
        while (reader.next()) {
            WalRecord record = reader.record();
            text.setLength(0);
            line.append(record, text);
            String kind = name(dialect, record);
            for (String ours : text.toString().lines().toList()) {
                differences.compare(kind, next(lines), ours);
            }
        }
        differences.compare("the end", next(lines), NOTHING_MORE);
        return differences;
    }

    private static String next(BufferedReader lines) throws IOException {
        return Optional.ofNullable(lines.readLine()).orElse(NOTHING_MORE);
    }

    static String name(WalDialect dialect, WalRecord record) {
        return dialect.manager(record.rmid()).name() + " " + dialect.manager(record.rmid()).operation(record.info());
    }
}
