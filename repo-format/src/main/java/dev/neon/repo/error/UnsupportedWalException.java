package dev.neon.repo.error;

import java.util.Optional;

/** A WAL record that is whole, but of a form that neon does not know. */
public final class UnsupportedWalException extends NeonException {
    private final String lsn;

    /**
     * @param lsn  where the record starts, as {@code 0/15ECF68}
     * @param what what is not known, for people
     */
    public UnsupportedWalException(String lsn, String what) {
        super("unable to read the WAL record at " + lsn + ": " + what, Optional.of(
                "It was written by an extension, or by a release of PostgreSQL that this neon does not know in full."));
        this.lsn = lsn;
    }

    public String lsn() {
        return lsn;
    }
}
