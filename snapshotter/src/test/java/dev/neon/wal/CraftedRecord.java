package dev.neon.wal;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.RmgrRecord;
import dev.neon.rmgr.WalDialect;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.function.Function;

/** One record that a test of a decoder makes by hand; all bytes are told in hexadecimal, with blanks at will. */
public final class CraftedRecord {
    private static final String RELATION = "7f060000 05000000 10400000";

    private final PostgresMajor major;
    private final int rmid;
    private final int operation;
    private final StringBuilder headers = new StringBuilder();
    private final StringBuilder contents = new StringBuilder();
    private String main = "";

    private CraftedRecord(PostgresMajor major, int rmid, int operation) {
        this.major = major;
        this.rmid = rmid;
        this.operation = operation;
    }

    public static CraftedRecord of(PostgresMajor major, int rmid, int operation) {
        return new CraftedRecord(major, rmid, operation);
    }

    /** A block without an image; its number is 100 and {@code id}. */
    public CraftedRecord block(int id, String data) {
        return block(id, 0, "", data);
    }

    /** A block with an image of 4 bytes that redo restores, without data. */
    public CraftedRecord restoredBlock(int id) {
        return block(id, 0x10, image(true), "");
    }

    /** A block with an image of 4 bytes that only checks redo, and data. */
    public CraftedRecord checkedBlock(int id, String data) {
        return block(id, 0x10, image(false), data);
    }

    /** {@code bimg_len}, {@code hole_offset}, {@code bimg_info}: a hole, and whether to restore. */
    private String image(boolean restored) {
        int apply = !restored ? 0 : major == PostgresMajor.V14 ? 0x04 : 0x02;
        return "0400 0400" + hex(0x01 | apply);
    }

    private CraftedRecord block(int id, int flags, String image, String data) {
        int length = HexFormat.of().parseHex(bare(data)).length;
        int all = flags | (length > 0 ? 0x20 : 0);
        headers.append(hex(id)).append(hex(all)).append(hex(length & 0xFF)).append(hex(length >> 8)).append(image)
                .append(RELATION).append(hex(100 + id)).append("000000");
        contents.append(image.isEmpty() ? "" : "eeeeeeee").append(data);
        return this;
    }

    public CraftedRecord main(String bytes) {
        main = bytes;
        return this;
    }

    /** Writes the record as WAL, reads it from there and hands it to {@code use}. */
    public <T> T read(Function<WalRecord, T> use) {
        try {
            Path directory = Files.createTempDirectory("neon-record");
            try {
                CraftedWal wal = new CraftedWal(major);
                wal.record(rmid, operation, 700, body());
                try (WalReader reader = WalReader.from(wal.source(directory), wal.last().start())) {
                    if (!reader.next()) {
                        throw new IllegalArgumentException("the test has made no record: " + reader.end());
                    }
                    return use.apply(reader.record());
                }
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private byte[] body() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] data = HexFormat.of().parseHex(bare(main));
        body.writeBytes(HexFormat.of().parseHex(bare(headers.toString())));
        if (data.length > 0) {
            body.writeBytes(ByteBuffer.allocate(5).order(ByteOrder.LITTLE_ENDIAN).put((byte) 254).putInt(data.length)
                    .array());
        }
        body.writeBytes(HexFormat.of().parseHex(bare(contents.toString())));
        body.writeBytes(data);
        return body.toByteArray();
    }

    private static String bare(String hex) {
        return hex.replaceAll("\\s", "");
    }

    private static String hex(int value) {
        return HexFormat.of().toHexDigits((byte) value);
    }

    /** @throws UnsupportedWalException as the decoder does */
    public RmgrRecord decode() {
        return read(record -> WalDialect.of(major).manager(rmid).decode(record));
    }

    /** The name of the operation and the description, as in a line of {@code pg_waldump}. */
    public String describe() {
        return read(record -> {
            StringBuilder text = new StringBuilder(WalDialect.of(major).manager(rmid).operation(record.info()));
            WalDialect.of(major).manager(rmid).describe(record, text.append(' '));
            return text.toString();
        });
    }
}
