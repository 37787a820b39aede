package dev.neon.sync.wire;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NotFoundException;
import dev.neon.sync.Piece;
import dev.neon.sync.PieceSink;
import dev.neon.sync.PieceSource;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

/**
 * Pieces as a stream of bytes, big-endian.
 * <pre>
 * of each piece
 *   u16 length, then as many bytes of UTF-8: the piece, see {@link #format}
 *   of each chunk
 *     u32 bytes       1 to 1,048,576
 *     u32 stored      as many if they stand as they are, fewer if they are a frame of zstd
 *     u32 checksum    CRC-32C of the bytes before compression
 *     …               stored bytes
 *   u32 0
 * u16 0
 * </pre>
 */
final class Pieces {
    /** The most that a chunk may have, and what is compressed at a time. */
    private static final int CHUNK = 1 << 20;
    /** Of what is not compressed: it stays in the processor's cache from where it is read to where it is sent. */
    private static final int RAW_CHUNK = 1 << 18;
    private static final int LEVEL = 1;

    private Pieces() {}

    /** One line: {@code wal <timeline> <from> <to>} or {@code file <timeline> <from> <to> <path>}. */
    static String format(Piece piece) {
        if (piece instanceof Piece.OfWal part) {
            return "wal " + part.timeline() + ' ' + part.from() + ' ' + part.to();
        }
        Piece.OfFile part = (Piece.OfFile) piece;
        return "file " + part.timeline() + ' ' + part.from() + ' ' + part.to() + ' ' + part.path();
    }

    static Piece parse(String line) throws ProtocolException {
        String[] words = line.split(" ", 5);
        try {
            if (words[0].equals("wal") && words.length == 4) {
                Piece.OfWal piece = new Piece.OfWal(new TimelineId(words[1]), Lsn.parse(words[2]), Lsn.parse(words[3]));
                require(piece.from().isBefore(piece.to()), line);
                return piece;
            }
            require(words[0].equals("file") && words.length == 5, line);
            Piece.OfFile piece = new Piece.OfFile(new TimelineId(words[1]), words[4], Long.parseLong(words[2]),
                    Long.parseLong(words[3]));
            require(piece.from() >= 0 && piece.from() <= piece.to(), line);
            return piece;
        } catch (NumberFormatException malformed) {
            throw new ProtocolException("'" + line + "' is no piece");
        }
    }

    private static void require(boolean isRight, String line) throws ProtocolException {
        if (!isRight) {
            throw new ProtocolException("'" + line + "' is no piece");
        }
    }

    /** Lists pieces in lines. */
    static List<Piece> parseAll(String text) throws ProtocolException {
        List<Piece> pieces = new ArrayList<>();
        for (String line : text.split("\n")) {
            if (!line.isEmpty()) {
                pieces.add(parse(line));
            }
        }
        return pieces;
    }

    /** @param isPacking whether to compress what that is worth it for */
    static void write(List<Piece> pieces, PieceSource source, OutputStream out, boolean isPacking) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        byte[] buffer = new byte[isPacking ? CHUNK : RAW_CHUNK];
        byte[] packed = isPacking ? new byte[(int) Zstd.compressBound(CHUNK)] : buffer;
        for (Piece piece : pieces) {
            byte[] header = format(piece).getBytes(StandardCharsets.UTF_8);
            data.writeShort(header.length);
            data.write(header);
            try (InputStream in = source.open(piece)) {
                for (long left = piece.bytes(); left > 0; ) {
                    int some = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
                    if (some == 0) {
                        throw new NotFoundException(piece + " is not there any more", "It was collected. Begin again.");
                    }
                    chunk(data, buffer, some, packed, isPacking && isWorthPacking(piece));
                    left -= some;
                }
            }
            data.writeInt(0);
        }
        data.writeShort(0);
    }

    /** Layers are compressed as they are. */
    private static boolean isWorthPacking(Piece piece) {
        return !(piece instanceof Piece.OfFile part) || !part.path().contains("/layer-");
    }

    private static void chunk(DataOutputStream data, byte[] buffer, int bytes, byte[] packed, boolean isPacking)
            throws IOException {
        CRC32C checksum = new CRC32C();
        checksum.update(buffer, 0, bytes);
        long stored = isPacking ? Zstd.compressByteArray(packed, 0, packed.length, buffer, 0, bytes, LEVEL) : bytes;
        boolean isPacked = stored < bytes;
        data.writeInt(bytes);
        data.writeInt(isPacked ? (int) stored : bytes);
        data.writeInt((int) checksum.getValue());
        data.write(isPacked ? packed : buffer, 0, isPacked ? (int) stored : bytes);
    }

    /**
     * Reads a stream to its end.
     *
     * @param expected whether a piece may come
     */
    static void read(InputStream in, Predicate<Piece> expected, PieceSink sink) throws IOException {
        DataInputStream data = new DataInputStream(in);
        byte[] buffer = new byte[RAW_CHUNK];
        for (int length = data.readUnsignedShort(); length > 0; length = data.readUnsignedShort()) {
            byte[] header = new byte[length];
            data.readFully(header);
            Piece piece = parse(new String(header, StandardCharsets.UTF_8));
            if (!expected.test(piece)) {
                throw new ProtocolException(piece + " came and was not asked for");
            }
            long at = 0;
            for (int bytes = data.readInt(); bytes != 0; bytes = data.readInt()) {
                if (bytes > buffer.length && bytes <= CHUNK) {
                    buffer = new byte[CHUNK];
                }
                sink.append(piece, at, chunk(data, bytes, buffer));
                at += bytes;
            }
            if (at != piece.bytes()) {
                throw new ProtocolException(piece + " ended after " + at + " bytes");
            }
        }
        if (in.read() >= 0) {
            throw new ProtocolException("more came after the last piece");
        }
    }

    /** @param buffer for what comes */
    private static ByteBuffer chunk(DataInputStream data, int bytes, byte[] buffer) throws IOException {
        int stored = data.readInt();
        int expected = data.readInt();
        if (bytes < 0 || bytes > CHUNK || stored <= 0 || stored > bytes) {
            throw new ProtocolException("a chunk of " + bytes + " bytes, stored in " + stored);
        }
        data.readFully(buffer, 0, stored);
        ByteBuffer content = stored < bytes ? ByteBuffer.wrap(unpacked(buffer, stored, bytes)) : ByteBuffer.wrap(buffer, 0, bytes);
        CRC32C checksum = new CRC32C();
        checksum.update(content.array(), 0, content.limit());
        if ((int) checksum.getValue() != expected) {
            throw new ProtocolException("a chunk came damaged");
        }
        return content;
    }

    private static byte[] unpacked(byte[] buffer, int stored, int bytes) throws ProtocolException {
        byte[] content = new byte[bytes];
        try {
            if (Zstd.decompressByteArray(content, 0, bytes, buffer, 0, stored) != bytes) {
                throw new ProtocolException("a chunk came damaged");
            }
        } catch (ZstdException damaged) {
            throw new ProtocolException("a chunk cannot be decompressed: " + damaged.getMessage());
        }
        return content;
    }

}
