package dev.neon.compute.wal;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.dialect.RecordLine;
import dev.neon.dialect.WalDialect;
import dev.neon.postgres.PostgresMajor;
import dev.neon.wal.CraftedWal;
import dev.neon.wal.GoldenWal;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Writes {@code testdata/wal/} anew from the workload: the shortest two records of each type that differ in shape. */
@EnabledIfEnvironmentVariable(named = "NEON_WRITE_GOLDEN_WAL", matches = ".+")
class GoldenWalWriter {
    private static final int HEADER = 24;
    private static final int EACH = 2;

    @TempDir
    Path home;

    private record Sample(int rmid, int info, int xid, byte[] body) {}

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#majors")
    void write(int number) throws Exception {
        PostgresMajor major = PostgresMajor.of(number);
        CraftedWal wal = new CraftedWal(major);
        try (WalWorkload workload = WalWorkload.run(home, number);
                WalReader reader = WalReader.from(workload.wal(), workload.first())) {
            for (Sample sample : samples(reader, WalDialect.of(major))) {
                wal.record(sample.rmid(), sample.info(), sample.xid(), sample.body());
            }
        }
        Path copy = Files.createDirectory(home.resolve("wal"));
        GoldenWal.of(major).replace(wal, lines(wal, copy, major));
    }

    private static List<Sample> samples(WalReader reader, WalDialect dialect) {
        Map<String, Map<String, Sample>> types = new TreeMap<>();
        while (reader.next()) {
            WalRecord record = reader.record();
            String type = PgWaldump.name(dialect, record);
            if (!type.equals("XLOG SWITCH")) {
                byte[] bytes = reader.copyBytes();
                Sample sample = new Sample(record.rmid(), record.info(), record.xid(),
                        Arrays.copyOfRange(bytes, HEADER, bytes.length));
                types.computeIfAbsent(type, none -> new TreeMap<>()).merge(shape(record), sample,
                        (old, young) -> old.body().length <= young.body().length ? old : young);
            }
        }
        return types.values().stream().flatMap(shapes -> shapes.values().stream()
                .sorted(Comparator.comparingInt(sample -> sample.body().length)).limit(EACH)).toList();
    }

    /** Its flags, and what each of its blocks has. */
    private static String shape(WalRecord record) {
        StringBuilder shape = new StringBuilder().append(record.info());
        for (int id = 0; id < record.blockCount(); id++) {
            shape.append(' ').append(record.hasBlock(id)).append(record.hasImage(id)).append(record.hasData(id));
        }
        return shape.toString();
    }

    private static List<String> lines(CraftedWal wal, Path directory, PostgresMajor major)
            throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder();
        RecordLine line = new RecordLine(major, true, ZoneOffset.UTC);
        try (WalReader reader = WalReader.from(wal.source(directory), GoldenWal.first())) {
            while (reader.next()) {
                line.append(reader.record(), text);
            }
        }
        if (PgWaldump.find(major.number()).isPresent()) {
            PgWaldump.find(major.number()).get()
                    .compare(wal.source(directory), directory, GoldenWal.first(), true).assertNone("golden lines");
        }
        return text.toString().lines().toList();
    }
}
