package dev.neon.compute.difference;

import dev.neon.compute.pages.SingleUserServer;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The server of one side. To be closed. */
final class SideServer implements AutoCloseable {
    /** PostgreSQL's names of encodings that Java does not know by these names. */
    private static final Map<String, String> CHARSETS = Map.of("SQL_ASCII", "UTF-8", "WIN866", "IBM866", "WIN874", "x-windows-874",
            "UHC", "x-windows-949", "EUC_CN", "GB2312", "MULE_INTERNAL", "UTF-8", "EUC_JIS_2004", "EUC-JP");
    /** {@code FirstNormalObjectId}. */
    private static final int FIRST_OF_USERS = 16384;

    private final SingleUserServer server;
    private final Charset charset;

    SideServer(SingleUserServer server) {
        this.server = server;
        server.query("SELECT 'r', getdatabaseencoding()");
        this.charset = charset(new String(server.nextRow().orElseThrow(), StandardCharsets.US_ASCII));
        server.nextRow();
    }

    private static Charset charset(String encoding) {
        String java = CHARSETS.getOrDefault(encoding, encoding.startsWith("LATIN") ? encoding.replace("LATIN", "ISO-8859-")
                : encoding.startsWith("ISO_8859_") ? encoding.replace('_', '-')
                : encoding.startsWith("WIN") ? encoding.replace("WIN", "windows-") : encoding);
        try {
            // The numbers of LATIN5 and above are not those of ISO 8859.
            return Charset.forName(switch (encoding.toUpperCase(Locale.ROOT)) {
                case "LATIN5" -> "ISO-8859-9";
                case "LATIN6" -> "ISO-8859-10";
                case "LATIN7" -> "ISO-8859-13";
                case "LATIN8" -> "ISO-8859-14";
                case "LATIN9" -> "ISO-8859-15";
                case "LATIN10" -> "ISO-8859-16";
                default -> java;
            });
        } catch (UnsupportedCharsetException | IllegalCharsetNameException unknown) {
            return StandardCharsets.UTF_8;
        }
    }

    /** What the texts of the database are in. */
    Charset charset() {
        return charset;
    }

    /**
     * All rows of a query.
     *
     * @param columns and what follows them, without SELECT
     */
    List<List<Optional<String>>> rows(String columns) {
        List<List<Optional<String>>> rows = new ArrayList<>();
        server.query(("SELECT 'r', " + columns).replace('\n', ' '));
        for (Optional<byte[]> row = server.nextRow(); row.isPresent(); row = server.nextRow()) {
            rows.add(CopyText.fields(row.get(), 0, charset));
        }
        return rows;
    }

    /** Begins a query whose rows {@link #next} gives, as they come. */
    void begin(String columns) {
        server.query("SELECT 'r', " + columns);
    }

    Optional<byte[]> next() {
        return server.nextRow();
    }

    /** Keeps the planner from asking for the files of users' indexes ({@code REL_17 plancat.c get_relation_info}). */
    void hideIndexes() {
        server.run("UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indrelid >= " + FIRST_OF_USERS
                + " AND indrelid NOT IN (SELECT oid FROM pg_catalog.pg_class WHERE relkind = 't')");
    }

    /** Tells it to end, without waiting for that. */
    void stop() {
        server.stop();
    }

    @Override
    public void close() {
        server.close();
    }
}
