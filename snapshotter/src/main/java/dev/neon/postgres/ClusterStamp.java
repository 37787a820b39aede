package dev.neon.postgres;

import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.files.Directories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * What makes a copy of a cluster another cluster: its system identifier, in {@code pg_control} and at the start of
 * every WAL segment, and the nonce of its mock authentication. Little-endian, as on every machine that neon has
 * PostgreSQL for.
 * <pre>
 * pg_control (REL_14 to REL_18 pg_control.h ControlFileData)
 *   0  u64 system_identifier
 *   8  u32 pg_control_version
 *   …
 * 252  u32 data_checksum_version
 * 256  u8  default_char_signedness      18 only
 *      u8[32] mock_authentication_nonce 256; 257 on 18
 *      u32 crc                          288; 292 on 18: CRC-32C of all before
 *
 * first page of a WAL segment (REL_18 xlog_internal.h XLogLongPageHeaderData)
 *   2  u16 xlp_info                     XLP_LONG_HEADER is 0x0002
 *  24  u64 xlp_sysid
 * </pre>
 *
 * @param identifier the system identifier, unsigned
 * @param nonce      32 random bytes
 */
public record ClusterStamp(long identifier, ByteBuffer nonce) {
    private static final int NONCE_SIZE = 32;
    private static final int CONTROL_PREFIX = 512;
    private static final int SYSTEM_IDENTIFIER = 0;
    private static final int PAGE_INFO = 2;
    private static final int LONG_HEADER = 0x0002;
    private static final int PAGE_SYSTEM_IDENTIFIER = 24;
    private static final int LONG_HEADER_SIZE = 40;

    /**
     * As PostgreSQL composes it: seconds since 1970 (32 bits), microseconds (20), process id (12) (REL_18 xlog.c
     * BootStrapXLOG).
     */
    public static ClusterStamp fresh(Clock clock, long pid, SecureRandom random) {
        Instant now = clock.instant();
        byte[] nonce = new byte[NONCE_SIZE];
        random.nextBytes(nonce);
        long identifier = now.getEpochSecond() << 32 | (long) (now.getNano() / 1000) << 12 | pid & 0xFFF;
        return new ClusterStamp(identifier, ByteBuffer.wrap(nonce));
    }

    /**
     * Puts the stamp on a data directory that no server runs on.
     *
     * @throws CorruptFileException if pg_control's checksum or a segment's first page is not right
     */
    public void apply(Path dataDirectory, PostgresMajor major) throws IOException {
        stampControl(dataDirectory.resolve("global/pg_control"), major);
        for (Path segment : Directories.list(dataDirectory.resolve("pg_wal"),
                entry -> entry.getFileName().toString().matches("[0-9A-F].*[0-9A-F]"))) {
            stampSegment(segment);
        }
    }

    private void stampControl(Path file, PostgresMajor major) throws IOException {
        int nonceAt = major.controlNonceOffset();
        int crcAt = major.controlCrcOffset();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer control = read(channel, CONTROL_PREFIX);
            if (control.getInt(crcAt) != crc(control, crcAt)) {
                throw new CorruptFileException(file, crcAt, hex(crc(control, crcAt)), hex(control.getInt(crcAt)),
                        "Remove the directory 'templates' in neon's cache.");
            }
            control.putLong(SYSTEM_IDENTIFIER, identifier);
            control.put(nonceAt, nonce, 0, NONCE_SIZE);
            control.putInt(crcAt, crc(control, crcAt));
            channel.write(control, 0);
        }
    }

    private void stampSegment(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer page = read(channel, LONG_HEADER_SIZE);
            if ((page.getShort(PAGE_INFO) & LONG_HEADER) == 0) {
                throw new CorruptFileException(file, PAGE_INFO, "a long page header", hex(page.getShort(PAGE_INFO)),
                        "Remove the directory 'templates' in neon's cache.");
            }
            page.putLong(PAGE_SYSTEM_IDENTIFIER, identifier);
            channel.write(page, 0);
        }
    }

    private static ByteBuffer read(FileChannel channel, int size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        int read = 0;
        while (bytes.hasRemaining() && read >= 0) {
            read = channel.read(bytes, bytes.position());
        }
        return bytes.clear();
    }

    private static int crc(ByteBuffer control, int length) {
        CRC32C crc = new CRC32C();
        crc.update(control.slice(0, length));
        return (int) crc.getValue();
    }

    private static String hex(int value) {
        return "0x%08x".formatted(value);
    }
}
