package dev.neon.inspect;

import dev.neon.dialect.WalDialect;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.repo.verified.Seam;
import dev.neon.rmgr.OpaqueRecord;
import dev.neon.rmgr.ResourceManager;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import dev.neon.wal.WalkEnd;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Decodes each record, and tells of those that are of no known form. Of an extension's resource manager only the first is
 * told: there may be millions.
 */
final class FormCheck implements Tally<FormCheck> {
    /** {@code SizeOfXLogLongPHD}: behind it the first record of a segment starts, unless one goes on there. */
    static final int LONG_PAGE_HEADER = 40;

    private final WalSource source;
    private final long segmentSize;
    private final WalDialect dialect;
    private final List<Found> kept = new ArrayList<>();
    private final Set<String> extensions = new HashSet<>();
    private final Consumer<Found> sink;
    private final Set<Long> doubtful = new HashSet<>();
    private List<SegmentSeam> seams = new ArrayList<>();
    private long records;
    private long bytes;

    /** @param extension the name of the manager, if it is an extension's */
    private record Found(WalDefect defect, Optional<String> extension) {}

    /**
     * Where reading came to a segment.
     *
     * @param segment its number
     * @param seam    before the first record that ends in it or begins on its first byte
     */
    record SegmentSeam(long segment, Seam seam) {}

    /** Keeps the defects until it is added to another. */
    FormCheck(WalSource source) {
        this.source = source;
        this.segmentSize = source.segmentSize();
        this.dialect = WalDialect.of(source.major());
        this.sink = kept::add;
    }

    /** Passes on the defects of those that are added to it. */
    FormCheck(WalSource source, Consumer<WalDefect> sink) {
        this.source = source;
        this.segmentSize = source.segmentSize();
        this.dialect = WalDialect.of(source.major());
        this.sink = found -> sink.accept(found.defect());
    }

    @Override
    public void count(WalReader reader) {
        records++;
        bytes += reader.length();
        long start = reader.startLsn();
        long boundary = start - LONG_PAGE_HEADER + segmentSize - 1 & -segmentSize;
        if (boundary < reader.endLsn()) {
            seams(reader, boundary);
        }
        ResourceManager<?> manager = dialect.manager(reader.rmid());
        try {
            if (manager.decode(reader.record()) instanceof OpaqueRecord) {
                doubt(reader);
                tell(new Found(unknown(reader, "those of resource manager " + manager.name() + ", an extension's, from here"
                        + " on"), Optional.of(manager.name())));
            }
        } catch (UnsupportedWalException unknown) {
            doubt(reader);
            tell(new Found(unknown(reader, unknown.getMessage()), Optional.empty()));
        } catch (CorruptFileException malformed) {
            doubt(reader);
            tell(new Found(new WalDefect(word(WalkEnd.Kind.RECORD_BODY), reader.start(), Optional.of(malformed.path()),
                    malformed.offset(), malformed.expected(), malformed.actual(), Optional.empty()), Optional.empty()));
        }
    }

    /** Notes the beginnings of segments that a record begins at or goes across. */
    private void seams(WalReader reader, long first) {
        Seam seam = new Seam(Optional.of(reader.previous()), reader.start());
        for (long boundary = first; boundary < reader.endLsn(); boundary += segmentSize) {
            seams.add(new SegmentSeam(Long.divideUnsigned(boundary, segmentSize), seam));
        }
    }

    /** The seams since the last call, in order. */
    List<SegmentSeam> takeSeams() {
        List<SegmentSeam> taken = seams;
        seams = new ArrayList<>();
        return taken;
    }

    /** Whether something was told of a record in a segment, or would have been but for one before it. */
    boolean isDoubtful(long segment) {
        return doubtful.contains(segment);
    }

    private void doubt(WalReader reader) {
        for (long at = reader.startLsn() & -segmentSize; at < reader.endLsn(); at += segmentSize) {
            doubtful.add(Long.divideUnsigned(at, segmentSize));
        }
    }

    private WalDefect unknown(WalReader reader, String what) {
        long segment = Long.divideUnsigned(reader.startLsn(), source.segmentSize());
        return new WalDefect(WalDefect.RECORD_FORM, reader.start(), source.path(segment),
                reader.startLsn() & source.segmentSize() - 1, "a record of a known form", what, Optional.empty());
    }

    private void tell(Found found) {
        if (found.extension().isEmpty() || extensions.add(found.extension().get())) {
            sink.accept(found);
        }
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public void add(FormCheck later) {
        records += later.records;
        bytes += later.bytes;
        seams.addAll(later.seams);
        doubtful.addAll(later.doubtful);
        later.kept.forEach(this::tell);
    }

    long records() {
        return records;
    }

    long bytes() {
        return bytes;
    }
}
