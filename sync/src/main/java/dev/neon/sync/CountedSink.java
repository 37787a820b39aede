package dev.neon.sync;

import dev.neon.repo.progress.Progress;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Tells how far it is, and goes no faster than it may. */
record CountedSink(PieceSink sink, Progress.Task task, RateLimit limit) implements PieceSink {
    @Override
    public void append(Piece piece, long at, ByteBuffer content) {
        int bytes = content.remaining();
        sink.append(piece, at, content);
        task.advance(bytes);
        limit.take(bytes);
    }

    @Override
    public Taken take(Piece piece, Path file) {
        Taken taken = sink.take(piece, file);
        if (taken != Taken.NO) {
            task.advance(piece.bytes());
        }
        if (taken == Taken.COPIED) {
            limit.take(piece.bytes());
        }
        return taken;
    }
}
