package dev.neon.sync;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Where pieces go. Several threads may give it different pieces. */
public interface PieceSink {
    /**
     * Takes the next bytes of a piece.
     *
     * @param at      how many bytes of it came before
     * @param content all that remains in the buffer, which is the caller's again when this returns
     */
    void append(Piece piece, long at, ByteBuffer content);

    /** What became of a file that was offered. */
    enum Taken {
        /** Nothing: its bytes are to be given. */
        NO,
        COPIED,
        /** It has another name now. */
        LINKED
    }

    /** Offers a file whose bytes are those of the piece and never change. */
    default Taken take(Piece piece, Path file) {
        return Taken.NO;
    }
}
