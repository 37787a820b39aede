package dev.neon.sync.wire;

import dev.neon.ancestry.Tip;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.sync.Depth;
import dev.neon.sync.Inventory;
import dev.neon.sync.InventoryFormat;
import dev.neon.sync.Piece;
import dev.neon.sync.PieceSink;
import dev.neon.sync.ReadOnlyRemote;
import dev.neon.sync.RemoteRefs;
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
    private static final int LONGEST_SHOWN = 200;
    static final String FIRST_LINE = "neon bundle 1";
    static final int BUFFER = 1 << 18;
    private static final String ANY_VERSION = "neon bundle ";
    /** Characters of the bodies that are text. */
    private static final int LONGEST_TEXT = 256 << 20;

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

    /** Whether a file begins as a bundle of any version does. */
    public static boolean isBundle(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(4 + ANY_VERSION.length());
            return new String(head, StandardCharsets.US_ASCII).endsWith(ANY_VERSION);
        } catch (IOException unreadable) {
            return false;
        }
    }

    @Override
    public String name() {
        return name;
    }

    /** What stands at a place of the file. */
    private interface Part<T> {
        /** @param file behind the body */
        T read(InputStream body, InputStream file) throws IOException;
    }

    /** @param number of bodies before it */
    private <T> T read(int number, Part<T> part) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
            PacketReader reader = new PacketReader(in);
            if (!reader.line().orElse("").equals(FIRST_LINE)) {
                throw new UnsupportedException("'" + file + "' is no bundle of a version that this release reads", "Use a newer neon, or make a bundle with this one.");
            }
            while (reader.line().isPresent()) {
                // Lines that a later version may add.
                continue;
            }
            for (int i = 0; i < number; i++) {
                reader.body().transferTo(OutputStream.nullOutputStream());
            }
            return part.read(reader.body(), in);
        } catch (ProtocolException | EOFException | InvalidInputException damaged) {
            throw damaged(String.valueOf(damaged.getMessage()));
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }

    private CorruptFileException damaged(String found) {
        // It may be whatever is in the file, of any length.
        String shown = found.replaceAll("\\p{Cntrl}", ".");
        shown = shown.length() <= LONGEST_SHOWN ? shown : shown.substring(0, LONGEST_SHOWN) + "…";
        return new CorruptFileException(file, 0, "a bundle", shown, "Copy or make it once more.");
    }

    private static String text(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LONGEST_TEXT);
        if (in.read() >= 0) {
            throw new ProtocolException("a text of more than " + LONGEST_TEXT + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    protected RemoteRefs allRefs() {
        return read(0, (in, _) -> WireFormat.parseRefs(text(in)));
    }

    private Inventory all() {
        return read(1, (in, _) -> InventoryFormat.parse(text(in)));
    }

    /** All of it, whatever is asked for: there is no more and no less. */
    @Override
    public Inventory inventory(List<Tip> tips, Depth depth) {
        Inventory all = all();
        for (Tip tip : tips) {
            if (!all.tells(tip)) {
                throw new NotFoundException("the bundle '" + name + "' does not have the point " + tip, "'neon bundle verify' lists what it has.");
            }
        }
        return all;
    }

    @Override
    public void get(List<Piece> pieces, PieceSink sink) {
        Map<String, List<Piece>> wanted = new HashMap<>();
        Map<Piece, Long> lacking = new HashMap<>();
        for (Piece piece : pieces) {
            wanted.computeIfAbsent(place(piece), _ -> new ArrayList<>()).add(piece);
            if (piece.bytes() > 0) {
                lacking.put(piece, piece.bytes());
            }
        }
        read(2, (in, _) -> {
            Pieces.read(in, _ -> true, (stored, at, content) -> {
                for (Piece piece : wanted.getOrDefault(place(stored), List.of())) {
                    long given = give(piece, begin(stored) + at, content, sink);
                    lacking.computeIfPresent(piece, (_, left) -> left == given ? null : left - given);
                }
            });
            return Boolean.TRUE;
        });
        if (!lacking.isEmpty()) {
            throw new NotFoundException("the bundle '" + name + "' does not have all of " + lacking.keySet().iterator().next(),
                    "'neon bundle verify' checks it. Make it again.");
        }
    }

    /**
     * Reads all: whether each ref has its history in the inventory, each piece of that is there, in order and with its
     * checksums, and nothing else.
     *
     * @throws CorruptFileException if not
     */
    public void verify() {
        RemoteRefs refs = allRefs();
        Inventory inventory = all();
        refs.refs().forEach((ref, point) -> {
            if (!inventory.tells(new Tip(point.timeline(), point.lsn()))) {
                throw damaged("the history of '" + ref + "' missing");
            }
        });
        BundleCheck check = new BundleCheck(inventory);
        read(2, (body, file) -> {
            Pieces.read(body, check::isNext, check);
            check.end();
            if (file.read() >= 0) {
                throw new ProtocolException("something behind its end");
            }
            return Boolean.TRUE;
        });
    }

    /** Gives what a piece wants of some bytes that begin at a place of its file, or of WAL; returns how many. */
    private static long give(Piece piece, long begin, ByteBuffer content, PieceSink sink) {
        long from = Math.max(begin, begin(piece));
        long to = Math.min(begin + content.remaining(), begin(piece) + piece.bytes());
        if (from < to) {
            sink.append(piece, from - begin(piece), content.slice((int) (from - begin), (int) (to - from)));
        }
        return Math.max(0, to - from);
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
