package dev.neon.compute.wal;

import dev.neon.dialect.RecordLine;
import dev.neon.dialect.WalDialect;
import dev.neon.postgres.ImageCompression;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.ResourceManager;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a running server says of the workload's WAL by {@code pg_walinspect}, which came with 15. It tells more than
 * pg_waldump: where records end, and what each block's data is.
 */
final class PgWalinspect {
    private static final Pattern TIME = Pattern.compile("(:\\d\\d)(\\.\\d*?)?0*(\\+00| UTC)");
    private static final int CHUNK = 20_000;
    private static final String RECORDS = "select concat_ws('|', start_lsn, end_lsn, prev_lsn, xid, resource_manager,"
            + " record_type, record_length, main_data_length, fpi_length, coalesce(description, ''),"
            + " coalesce(trim(block_ref), ''))"
            + " from pg_get_wal_records_info(?::pg_lsn, ?::pg_lsn)";
    private static final String BLOCKS = "select concat_ws('|', start_lsn, block_id, reltablespace, reldatabase,"
            + " relfilenode, relforknumber, relblocknumber, coalesce(block_data_length, 0),"
            + " coalesce(block_fpi_length, 0), coalesce(block_fpi_info::text, ''), md5(coalesce(block_data, '')))"
            + " from pg_get_wal_block_info(?::pg_lsn, ?::pg_lsn)";

    private final WalWorkload workload;
    private final Connection server;
    private final WalDialect dialect;
    private final RecordLine details;

    private PgWalinspect(WalWorkload workload, Connection server) {
        this.workload = workload;
        this.server = server;
        PostgresMajor major = PostgresMajor.of(workload.major());
        this.dialect = WalDialect.of(major);
        this.details = new RecordLine(major, true, ZoneOffset.UTC);
    }

    /** What the server's row, or rows, of a record say; with the kind of record that they belong to. */
    private record Told(String kind, String row) {}

    /** Compares every record, and from 16 on, which has the function for it, every block. */
    static void compare(WalWorkload workload) throws SQLException {
        try (Connection server = workload.cluster().connect(); Statement statement = server.createStatement()) {
            statement.execute("create extension pg_walinspect");
            statement.execute("set timezone = 'UTC'");
            PgWalinspect oracle = new PgWalinspect(workload, server);
            oracle.compare(RECORDS, oracle::tellRecord).assertNone("records of PostgreSQL " + workload.major());
            if (workload.major() >= 16) {
                oracle.compare(BLOCKS, oracle::tellBlocks).assertNone("blocks of PostgreSQL " + workload.major());
            }
        }
    }

    private Differences compare(String query, BiConsumer<WalRecord, List<Told>> tell) throws SQLException {
        Lsn end = Lsn.parse(workload.cluster().query("select pg_current_wal_flush_lsn()").getFirst());
        Differences differences = new Differences();
        try (WalReader reader = WalReader.from(workload.wal(), workload.first());
                PreparedStatement rows = server.prepareStatement(query)) {
            List<Told> told = new ArrayList<>();
            Lsn from = workload.first();
            int records = 0;
            while (reader.next()) {
                tell.accept(reader.record(), told);
                if (++records % CHUNK == 0 || !reader.end().isBefore(end)) {
                    rows.setString(1, from.toString());
                    rows.setString(2, reader.end().toString());
                    compare(rows, told, differences);
                    told.clear();
                    from = reader.end();
                }
                if (!reader.end().isBefore(end)) {
                    break;
                }
            }
            differences.compare("the end", end.toString(), reader.end().toString());
        }
        return differences;
    }

    private static void compare(PreparedStatement query, List<Told> told, Differences differences)
            throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            for (Told ours : told) {
                differences.compare(ours.kind(), rows.next() ? withoutZone(rows.getString(1)) : "(nothing more)",
                        withoutZone(ours.row()));
            }
            differences.compare("the end of a chunk", "false", Boolean.toString(rows.next()));
        }
    }

    /** The server writes times as {@code 10:00:00.12+00} where pg_waldump writes {@code 10:00:00.120000 UTC}. */
    private static String withoutZone(String row) {
        return row.contains("+00") || row.contains("UTC")
                ? TIME.matcher(row).replaceAll("$1$2 UTC").replace(". UTC", " UTC") : row;
    }

    private void tellRecord(WalRecord record, List<Told> told) {
        ResourceManager<?> manager = dialect.manager(record.rmid());
        StringBuilder description = new StringBuilder();
        try {
            manager.describe(record, description);
        } catch (UnsupportedWalException unknown) {
            description.append('(').append(unknown.getMessage()).append(')');
        }
        StringBuilder line = new StringBuilder();
        details.append(record, line);
        String blocks = line.toString().lines().skip(1).map(String::strip).collect(Collectors.joining(" "));
        StringJoiner row = new StringJoiner("|");
        row.add(record.start().toString()).add(record.end().toString()).add(record.previous().toString())
                .add(Integer.toUnsignedString(record.xid())).add(manager.name()).add(manager.operation(record.info()))
                .add(Integer.toString(record.length())).add(Integer.toString(record.mainLength()))
                .add(Integer.toString(images(record))).add(description).add(blocks);
        told.add(new Told(PgWaldump.name(dialect, record), row.toString()));
    }

    private static int images(WalRecord record) {
        int length = 0;
        for (int id = 0; id < record.blockCount(); id++) {
            length += record.imageLength(id);
        }
        return length;
    }

    private void tellBlocks(WalRecord record, List<Told> told) {
        for (int id = 0; id < record.blockCount(); id++) {
            if (record.hasBlock(id)) {
                StringJoiner row = new StringJoiner("|");
                row.add(record.start().toString()).add(Integer.toString(id))
                        .add(Integer.toUnsignedString(record.tablespace(id)))
                        .add(Integer.toUnsignedString(record.database(id)))
                        .add(Integer.toUnsignedString(record.relation(id))).add(Integer.toString(record.fork(id)))
                        .add(Integer.toUnsignedString(record.block(id))).add(Integer.toString(record.dataLength(id)))
                        .add(Integer.toString(record.imageLength(id))).add(imageInfo(record, id))
                        .add(md5(record.data(id).rest()));
                told.add(new Told(PgWaldump.name(dialect, record) + " block", row.toString()));
            }
        }
    }

    private static String imageInfo(WalRecord record, int id) {
        if (!record.hasImage(id)) {
            return "";
        }
        StringJoiner flags = new StringJoiner(",", "{", "}");
        if (record.holeLength(id) > 0) {
            flags.add("HAS_HOLE");
        }
        if (record.isImageApplied(id)) {
            flags.add("APPLY");
        }
        if (record.imageCompression(id) != ImageCompression.NONE) {
            flags.add("COMPRESS_" + record.imageCompression(id).name().toUpperCase(Locale.ROOT));
        }
        return flags.toString();
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
