package dev.neon.sync.wire;

import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.sync.Depth;
import dev.neon.sync.Inventory;
import dev.neon.sync.InventoryFormat;
import dev.neon.sync.OfferedFile;
import dev.neon.sync.Piece;
import dev.neon.sync.PieceSink;
import dev.neon.sync.PieceSource;
import dev.neon.sync.ReadOnlyRemote;
import dev.neon.sync.RemoteRefs;
import dev.neon.sync.TimelineOffer;
import dev.neon.sync.Tip;
import dev.neon.sync.WalRun;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A repository in one file: the answers to {@code refs} and {@code inventory} and then all pieces, each as the body of an answer.
 * Before these stands the line {@code neon bundle 1}. It can be cloned and fetched from; docs/protocol.md.
 */
public final class Bundle extends ReadOnlyRemote {
    private static final String FIRST_LINE = "neon bundle 1";
    private static final int BUFFER = 1 << 18;

    private final String name;
    private final Path file;

    /**
     * @param name what users call it
     * @param file is read anew for each call
     */
    public Bundle(String name, Path file) {
        this.name = name;
        this.file = file;
    }

    /** Whether a file begins as a bundle does. */
    public static boolean isBundle(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(4 + FIRST_LINE.length());
            return new String(head, StandardCharsets.US_ASCII).endsWith(FIRST_LINE);
        } catch (IOException unreadable) {
            return false;
        }
    }

    /**
     * Writes one.
     *
     * @param refs      whose tips the inventory is of
     * @param inventory all of it goes in
     */
    public static void write(OutputStream out, RemoteRefs refs, Inventory inventory, PieceSource source) throws IOException {
        PacketWriter writer = new PacketWriter(out);
        writer.line(FIRST_LINE);
        writer.end();
        writer.body().write(WireFormat.refs(refs).getBytes(StandardCharsets.UTF_8));
        writer.end();
        writer.body().write(InventoryFormat.format(inventory).getBytes(StandardCharsets.UTF_8));
        writer.end();
        Pieces.write(pieces(inventory), source, writer.body(), true);
        writer.end();
        writer.flush();
    }

    private static List<Piece> pieces(Inventory inventory) {
        List<Piece> pieces = new ArrayList<>();
        for (TimelineOffer offer : inventory.timelines()) {
            int segmentSize = offer.history().cluster().orElseThrow(() -> new UnsupportedException("timeline '" + offer.id()
                    + "' is of the first draft of the format", "Run 'neon upgrade' first.")).segmentSize();
            for (OfferedFile each : offer.files()) {
                pieces.add(new Piece.OfFile(offer.id(), each.path(), 0, each.bytes()));
            }
            for (WalRun run : offer.wal()) {
                for (WalRun part : run.segments(segmentSize)) {
                    pieces.add(new Piece.OfWal(offer.id(), part.from(), part.to()));
                }
            }
        }
        return pieces;
    }

    @Override
    public String name() {
        return name;
    }

    /** What stands at a place of the file. */
    private interface Part<T> {
        T read(InputStream in) throws IOException;
    }

    /** @param number of bodies before it */
    private <T> T read(int number, Part<T> part) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
            PacketReader reader = new PacketReader(in);
            if (!reader.line().orElse("").equals(FIRST_LINE)) {
                throw new UnsupportedException("'" + file + "' is no bundle of a version that this release reads", "Check the path.");
            }
            while (reader.line().isPresent()) {
                // Lines that a later version may add.
                continue;
            }
            for (int i = 0; i < number; i++) {
                reader.body().transferTo(OutputStream.nullOutputStream());
            }
            return part.read(reader.body());
        } catch (ProtocolException | EOFException | InvalidInputException damaged) {
            throw new CorruptFileException(file, 0, "a bundle", String.valueOf(damaged.getMessage()), "Copy it once more.");
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    protected RemoteRefs allRefs() {
        return read(0, in -> WireFormat.parseRefs(text(in)));
    }

    /** All of it, whatever is asked for: there is no more and no less. */
    @Override
    public Inventory inventory(List<Tip> tips, Depth depth) {
        return read(1, in -> InventoryFormat.parse(text(in)));
    }

    @Override
    public void get(List<Piece> pieces, PieceSink sink) {
        Map<String, List<Piece>> wanted = new HashMap<>();
        pieces.forEach(piece -> wanted.computeIfAbsent(place(piece), _ -> new ArrayList<>()).add(piece));
        read(2, in -> {
            Pieces.read(in, _ -> true, (stored, at, content) -> {
                for (Piece piece : wanted.getOrDefault(place(stored), List.of())) {
                    give(piece, begin(stored) + at, content, sink);
                }
            });
            return Boolean.TRUE;
        });
    }

    /** Reads all, and checks the checksums. */
    public void verify() {
        get(List.of(), (piece, at, content) -> { });
    }

    /** Gives what a piece wants of some bytes that begin at a place of its file, or of WAL. */
    private static void give(Piece piece, long begin, ByteBuffer content, PieceSink sink) {
        long from = Math.max(begin, begin(piece));
        long to = Math.min(begin + content.remaining(), begin(piece) + piece.bytes());
        if (from < to) {
            sink.append(piece, from - begin(piece), content.slice((int) (from - begin), (int) (to - from)));
        }
    }

    private static long begin(Piece piece) {
        return switch (piece) {
            case Piece.OfFile part -> part.from();
            case Piece.OfWal part -> part.from().value();
        };
    }

    private static String place(Piece piece) {
        return switch (piece) {
            case Piece.OfFile part -> part.timeline() + "/" + part.path();
            case Piece.OfWal part -> part.timeline() + "/wal";
        };
    }

    @Override
    protected UnsupportedException readOnly() {
        return new UnsupportedException("'" + name + "' is a bundle, which cannot be pushed to", "Make another one with 'neon bundle create'.");
    }

    @Override
    public void close() {
        // Each call has closed the file.
    }
}
