package dev.neon.compute.mustshow;

import dev.neon.repo.Lsn;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import java.util.Map;
import java.util.Optional;

/** Where a record may end, apart from the middle of a page. */
enum ForkPlace {
    SEGMENT_END,
    PAGE_END,
    AFTER_SWITCH,
    FIRST_RECORD_OF_SEGMENT,
    FIRST_PAGE_OF_SEGMENT,
    RECORD_ACROSS_PAGES,
    RECORD_ACROSS_SEGMENTS;

    /** Of a segment's first page. */
    static final int LONG_HEADER = 40;

    private static final int PAGE = 8192;
    private static final int XLOG = 0;
    private static final int XLOG_SWITCH = 0x40;

    /** Adds the last place of each kind between two record boundaries. */
    static void find(WalSource source, Lsn from, Lsn to, Map<ForkPlace, Lsn> places) {
        int segment = source.identity().segmentSize();
        try (WalReader reader = WalReader.from(source, from)) {
            while (reader.end().isBefore(to) && reader.next()) {
                of(reader, segment).ifPresent(place -> places.put(place, reader.end()));
            }
        }
    }

    private static Optional<ForkPlace> of(WalReader reader, int segment) {
        long start = reader.start().value();
        long end = reader.end().value();
        if (reader.rmid() == XLOG && (reader.info() & 0xF0) == XLOG_SWITCH) {
            return Optional.of(AFTER_SWITCH);
        }
        if (end % segment == 0) {
            return Optional.of(SEGMENT_END);
        }
        if (end % PAGE == 0) {
            return Optional.of(PAGE_END);
        }
        if (start / segment != end / segment) {
            return Optional.of(RECORD_ACROSS_SEGMENTS);
        }
        if (start % segment == LONG_HEADER) {
            return Optional.of(FIRST_RECORD_OF_SEGMENT);
        }
        if (start / PAGE != end / PAGE) {
            return Optional.of(RECORD_ACROSS_PAGES);
        }
        return end % segment < PAGE ? Optional.of(FIRST_PAGE_OF_SEGMENT) : Optional.empty();
    }
}
