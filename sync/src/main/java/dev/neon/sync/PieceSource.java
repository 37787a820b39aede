package dev.neon.sync;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Where pieces come from. Safe for several threads. */
public interface PieceSource {
    /**
     * The bytes of a piece; the caller closes the stream, which may have fewer if the file was cut meanwhile.
     *
     * @throws dev.neon.repo.error.NotFoundException if they are not there any more
     */
    InputStream open(Piece piece);

    /** The file whose bytes are those of the piece, all of them and for good. */
    default Optional<Path> file(Piece piece) {
        return Optional.empty();
    }
}
