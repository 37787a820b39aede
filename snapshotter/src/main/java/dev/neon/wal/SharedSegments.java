package dev.neon.wal;

import dev.neon.repo.error.NotFoundException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The segments of a history, each opened when it is first asked for and kept open: for {@link RecordLookup}s of several
 * threads, which go to and fro between them. To be closed when none of them reads any more.
 */
public final class SharedSegments implements AutoCloseable {
    private final WalSource source;
    private final Map<Long, WalSegment> segments = new ConcurrentHashMap<>();

    private SharedSegments(WalSource source) {
        this.source = source;
    }

    public static SharedSegments of(WalSource source) {
        return new SharedSegments(source);
    }

    WalSource source() {
        return source;
    }

    /** @throws NotFoundException if there is no such segment */
    WalSegment segment(long number) {
        return segments.computeIfAbsent(number, absent -> source.openShared(absent).orElseThrow(
                () -> new NotFoundException("WAL segment " + absent + " was removed while it was read",
                        "Read a range that is still there.")));
    }

    @Override
    public void close() {
        segments.values().forEach(WalSegment::close);
        segments.clear();
    }
}
