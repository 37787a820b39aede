package dev.neon.sync.wire;

import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.sync.Inventory;
import dev.neon.sync.InventoryFormat;
import dev.neon.sync.OfferedFile;
import dev.neon.sync.Piece;
import dev.neon.sync.PieceSource;
import dev.neon.sync.RemoteRefs;
import dev.neon.sync.TimelineOffer;
import dev.neon.sync.WalRun;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Writes a {@link Bundle}. */
public final class BundleWriter {
    private BundleWriter() {}

    /**
     * Writes one, durably, and whole or not at all. A file of that name is replaced.
     *
     * @param refs      whose tips the inventory is of
     * @param inventory all of it goes in
     * @throws StorageFailedException if that fails
     */
    public static void write(DurableFiles files, Path target, RemoteRefs refs, Inventory inventory, PieceSource source) {
        Path temporary = DurableFiles.temporaryBeside(target);
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), Bundle.BUFFER)) {
                write(out, refs, inventory, source);
                out.flush();
                channel.force(true);
            } catch (IOException failure) {
                throw new StorageFailedException("write", target, failure);
            }
            files.rename(temporary, target);
        } finally {
            discard(temporary);
        }
    }

    private static void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException failure) {
            // What has failed before says more.
        }
    }

    private static void write(OutputStream out, RemoteRefs refs, Inventory inventory, PieceSource source) throws IOException {
        PacketWriter writer = new PacketWriter(out);
        writer.line(Bundle.FIRST_LINE);
        writer.end();
        writer.body().write(WireFormat.refs(refs).getBytes(StandardCharsets.UTF_8));
        writer.end();
        writer.body().write(InventoryFormat.format(inventory).getBytes(StandardCharsets.UTF_8));
        writer.end();
        Pieces.write(pieces(inventory), source, writer.body(), true);
        writer.end();
        writer.flush();
    }

    /** All of an inventory, in the order in which a bundle has them. */
    static List<Piece> pieces(Inventory inventory) {
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
}
