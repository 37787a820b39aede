package dev.neon.state;

import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.files.Directories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * The files of {@code pg_twophase}, one for each prepared transaction: what its record says, then a CRC-32C of that
 * ({@code REL_17 twophase.c RecreateTwoPhaseFile}).
 */
final class TwoPhaseFiles {
    static final String DIRECTORY = "pg_twophase";
    private static final int CRC_BYTES = 4;

    private TwoPhaseFiles() {}

    /** Adds those of a data directory. */
    static void read(Path dataDirectory, ClusterMetadata metadata) throws IOException {
        for (Path file : Directories.list(dataDirectory.resolve(DIRECTORY))) {
            String name = file.getFileName().toString();
            long xid = HexFormat.isHexDigit(name.charAt(0)) ? HexFormat.fromHexDigitsToLong(name) : 0;
            long full = xid >>> 32 == 0 ? metadata.counting().full((int) xid) : xid;
            if (name.equals(metadata.major().twoPhaseFile(full))) {
                metadata.changeableTwoPhase().put(full, state(file));
            }
        }
    }

    private static byte[] state(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int length = Math.max(0, bytes.length - CRC_BYTES);
        byte[] state = Arrays.copyOf(bytes, length);
        if (!Arrays.equals(bytes, content(state))) {
            throw new CorruptFileException(file, length, "the checksum of what is before", "another",
                    "The prepared transaction of that file cannot be read. Take the data directory from a copy.");
        }
        return state;
    }

    /** The file of a state. */
    static byte[] content(byte[] state) {
        CRC32C crc = new CRC32C();
        crc.update(state, 0, state.length);
        return ByteBuffer.allocate(state.length + CRC_BYTES).order(ByteOrder.LITTLE_ENDIAN).put(state)
                .putInt((int) crc.getValue()).array();
    }
}
