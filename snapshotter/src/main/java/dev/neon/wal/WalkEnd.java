package dev.neon.wal;

import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import java.nio.file.Path;

/** Why a walk over WAL came to its end. */
public sealed interface WalkEnd {
    /** The page or record that could not be read. */
    Lsn at();

    /** Nothing has been written here: the ordinary end. */
    record NoMoreWal(Lsn at, Reason reason) implements WalkEnd {}

    /**
     * Something is here, but not what must be. At the end of WAL that is ordinary too: a recycled segment, or a record
     * whose last pages were never written.
     *
     * @param path     the file of the segment that holds the byte; one record may cross several
     * @param offset   in bytes from the start of the file
     * @param expected for people
     * @param found    for people
     */
    record Defect(Kind kind, Lsn at, Path path, long offset, String expected, String found) implements WalkEnd {
        /** The exception for a defect in the middle of WAL that must be whole. */
        public CorruptFileException toException() {
            return new CorruptFileException(path, offset, expected, found, "The WAL at " + at
                    + " cannot be read. Points before it are intact; those after it need another copy of the file.");
        }
    }

    /** What stands in place of more WAL. */
    enum Reason {
        /** Bytes that are still zero. */
        ZEROS,
        /** No file, or a file that is shorter than a segment. */
        NO_SEGMENT,
        /** An ancestor's file goes on, but beyond the fork point. */
        FORK_POINT
    }

    /** What is wrong, by the field that tells. */
    enum Kind {
        PAGE_MAGIC, PAGE_FLAGS, PAGE_ADDRESS, PAGE_TIMELINE, SYSTEM_IDENTIFIER, SEGMENT_SIZE, BLOCK_SIZE,
        /** A record is to start where the page says that one continues. */
        UNEXPECTED_CONTINUATION,
        /** A record is to continue where the page says that one starts. */
        MISSING_CONTINUATION,
        CONTINUATION_LENGTH, RECORD_LENGTH, RESOURCE_MANAGER, PREVIOUS_RECORD, RECORD_CHECKSUM,
        /** A record was given up after a crash, and what stands in its place does not say so, or names another. */
        ABANDONED_RECORD,
        /** The parts of a record do not add up. */
        RECORD_BODY
    }
}
