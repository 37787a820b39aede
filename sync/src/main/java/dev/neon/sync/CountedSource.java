package dev.neon.sync;

import dev.neon.repo.progress.Progress;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Tells how far it is, and goes no faster than it may. */
record CountedSource(PieceSource source, Progress.Task task, RateLimit limit) implements PieceSource {
    @Override
    public InputStream open(Piece piece) {
        return new FilterInputStream(source.open(piece)) {
            @Override
            public int read() throws IOException {
                int value = super.read();
                task.advance(value < 0 ? 0 : 1);
                return value;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = super.read(buffer, offset, length);
                task.advance(Math.max(0, count));
                limit.take(Math.max(0, count));
                return count;
            }
        };
    }

    @Override
    public Optional<Path> file(Piece piece) {
        Optional<Path> file = source.file(piece);
        file.ifPresent(_ -> task.advance(piece.bytes()));
        return file;
    }
}
