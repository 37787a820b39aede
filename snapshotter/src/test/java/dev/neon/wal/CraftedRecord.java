package dev.neon.wal;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A record of hand-written bytes, read as any other. Bytes are told in hexadecimal digits; blanks do not count.
 *
 * @param body what follows the record's header
 */
public record CraftedRecord(PostgresMajor major, int rmid, int info, int xid, byte[] body) {
    /** A record of main data only. */
    public static CraftedRecord main(PostgresMajor major, int rmid, int info, int xid, String hex) {
        return new CraftedRecord(major, rmid, info, xid, withLength(bytes(hex)));
    }

    /** The same, with a replication origin. */
    public CraftedRecord origin(int origin) {
        byte[] head = ByteBuffer.allocate(3).order(ByteOrder.LITTLE_ENDIAN).put((byte) 253).putShort((short) origin)
                .array();
        return new CraftedRecord(major, rmid, info, xid, joined(head, body));
    }

    /** What the reader sees; the record is valid within {@code use} only. */
    public <T> T read(Function<WalRecord, T> use) {
        CraftedWal wal = new CraftedWal(major);
        Lsn start = wal.record(rmid, info, xid, body).start();
        try {
            Path directory = Files.createTempDirectory("crafted");
            try (WalReader reader = WalReader.from(wal.source(directory), start)) {
                if (!reader.next()) {
                    throw new IllegalStateException(reader.why().toString());
                }
                return use.apply(reader.record());
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    private static byte[] withLength(byte[] data) {
        ByteBuffer head = data.length < 256 ? ByteBuffer.allocate(2).put((byte) 255).put((byte) data.length)
                : ByteBuffer.allocate(5).order(ByteOrder.LITTLE_ENDIAN).put((byte) 254).putInt(data.length);
        return joined(head.array(), data);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List.of(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
