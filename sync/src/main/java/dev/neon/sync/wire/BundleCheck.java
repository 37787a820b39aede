package dev.neon.sync.wire;

import dev.neon.repo.error.InvalidInputException;
import dev.neon.sync.Inventory;
import dev.neon.sync.OfferedFile;
import dev.neon.sync.Piece;
import dev.neon.sync.PieceSink;
import dev.neon.sync.TimelineOffer;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/** Compares the pieces of a bundle with its inventory, one after the other. */
final class BundleCheck implements PieceSink {
    private final Iterator<Piece> expected;
    private final Map<Piece, OptionalInt> checksums = new HashMap<>();
    private final CRC32C checksum = new CRC32C();

    BundleCheck(Inventory inventory) {
        this.expected = BundleWriter.pieces(inventory).iterator();
        for (TimelineOffer offer : inventory.timelines()) {
            for (OfferedFile file : offer.files()) {
                checksums.put(new Piece.OfFile(offer.id(), file.path(), 0, file.bytes()), file.checksum());
            }
        }
    }

    /** Whether a piece is the one that comes next. */
    boolean isNext(Piece piece) {
        checksum.reset();
        return expected.hasNext() && expected.next().equals(piece);
    }

    @Override
    public void append(Piece piece, long at, ByteBuffer content) {
        int bytes = content.remaining();
        checksum.update(content);
        OptionalInt told = checksums.getOrDefault(piece, OptionalInt.empty());
        if (told.isPresent() && at + bytes == piece.bytes() && told.getAsInt() != (int) checksum.getValue()) {
            throw new InvalidInputException(piece + " has another checksum than the inventory tells");
        }
    }

    /** All have come. */
    void end() throws ProtocolException {
        if (expected.hasNext()) {
            throw new ProtocolException(expected.next() + " is missing");
        }
    }
}
