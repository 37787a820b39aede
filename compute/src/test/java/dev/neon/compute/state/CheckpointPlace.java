package dev.neon.compute.state;

import dev.neon.repo.Lsn;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Where a shutdown checkpoint of 120 bytes may come to lie, and after what. */
enum CheckpointPlace {
    MIDDLE_OF_PAGE,
    PAGE_START,
    SEGMENT_START,
    AFTER_SWITCH,
    AFTER_FIRST_RECORD_OF_SEGMENT,
    AFTER_RECORD_ACROSS_PAGES,
    AFTER_RECORD_ACROSS_SEGMENTS,
    AFTER_RECORD_OF_MANY_PAGES,
    AFTER_SHUTDOWN_CHECKPOINT,
    AFTER_ONLINE_CHECKPOINT,
    AFTER_RESTORE_POINT,
    ENDS_AT_PAGE_END,
    ENDS_AT_SEGMENT_END,
    ACROSS_PAGES_WITHIN_BODY,
    ACROSS_PAGES_WITHIN_HEADER,
    ACROSS_SEGMENTS_WITHIN_BODY,
    ACROSS_SEGMENTS_WITHIN_HEADER;

    private static final int PAGE = 8192;
    private static final int CHECKPOINT = 120;
    private static final int RECORD_HEADER = 24;
    private static final int LONG_HEADER = 40;
    private static final int XLOG = 0;

    /** Adds the last place of each kind between two record boundaries. */
    static void find(WalSource source, Lsn from, Lsn to, Map<CheckpointPlace, Lsn> places) {
        try (WalReader reader = WalReader.from(source, from)) {
            while (reader.end().isBefore(to) && reader.next()) {
                of(reader, source.segmentSize()).forEach(place -> places.put(place, reader.end()));
            }
        }
    }

    private static Set<CheckpointPlace> of(WalReader reader, int segment) {
        Set<CheckpointPlace> places = EnumSet.noneOf(CheckpointPlace.class);
        long start = reader.start().value();
        long end = reader.end().value();
        if (reader.rmid() == XLOG) {
            switch (reader.info() & 0xF0) {
                case 0x00 -> places.add(AFTER_SHUTDOWN_CHECKPOINT);
                case 0x10 -> places.add(AFTER_ONLINE_CHECKPOINT);
                case 0x40 -> places.add(AFTER_SWITCH);
                case 0x70 -> places.add(AFTER_RESTORE_POINT);
                default -> { }
            }
        }
        if (end % segment != 0 && start / segment != end / segment) {
            places.add(AFTER_RECORD_ACROSS_SEGMENTS);
        } else if (end % PAGE != 0 && end / PAGE - start / PAGE > 2) {
            places.add(AFTER_RECORD_OF_MANY_PAGES);
        } else if (end % PAGE != 0 && start / PAGE != end / PAGE) {
            places.add(AFTER_RECORD_ACROSS_PAGES);
        } else if (start % segment == LONG_HEADER) {
            places.add(AFTER_FIRST_RECORD_OF_SEGMENT);
        }
        places.add(ofCheckpoint(end, segment));
        return places;
    }

    private static CheckpointPlace ofCheckpoint(long at, int segment) {
        long left = PAGE - at % PAGE;
        boolean isLastPage = at / PAGE % (segment / PAGE) == segment / PAGE - 1;
        if (left == PAGE) {
            return at % segment == 0 ? SEGMENT_START : PAGE_START;
        } else if (left > CHECKPOINT) {
            return MIDDLE_OF_PAGE;
        } else if (left == CHECKPOINT) {
            return isLastPage ? ENDS_AT_SEGMENT_END : ENDS_AT_PAGE_END;
        } else if (left < RECORD_HEADER) {
            return isLastPage ? ACROSS_SEGMENTS_WITHIN_HEADER : ACROSS_PAGES_WITHIN_HEADER;
        }
        return isLastPage ? ACROSS_SEGMENTS_WITHIN_BODY : ACROSS_PAGES_WITHIN_BODY;
    }
}
