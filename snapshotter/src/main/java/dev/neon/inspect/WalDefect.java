package dev.neon.inspect;

import dev.neon.repo.Lsn;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A place in WAL that is not as it must be.
 *
 * @param kind     what is wrong: the name of a {@link dev.neon.wal.WalkEnd.Kind} or
 *                 {@link dev.neon.wal.WalkEnd.Reason}, or {@link #RECORD_FORM}, in lower case and with dashes
 * @param at       the record or page
 * @param path     the segment's file; empty if it is missing
 * @param offset   in bytes from the start of the file
 * @param expected for people
 * @param found    for people
 * @param resumes  the next record that can be read; empty if reading went on with the record behind, or not at all
 */
public record WalDefect(String kind, Lsn at, Optional<Path> path, long offset, String expected, String found,
        Optional<Lsn> resumes) {
    /** A record that is whole, but of a form that neon does not know. */
    static final String RECORD_FORM = "record-form";

    /** Whether the record is whole, but of a form that neon does not know: nothing is damaged. */
    public boolean isOfUnknownForm() {
        return kind.equals(RECORD_FORM);
    }
}
