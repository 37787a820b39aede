package dev.neon.repo.error;

import java.util.Optional;

/** A WAL record that is whole, but of a form that neon does not know, or that says less than is needed. */
public final class UnsupportedWalException extends NeonException {
    private final String lsn;
    private final boolean isForPostgres;

    /**
     * @param lsn  where the record starts, as {@code 0/15ECF68}
     * @param what what is not known, for people
     */
    public UnsupportedWalException(String lsn, String what) {
        super("unable to read the WAL record at " + lsn + ": " + what, Optional.of(
                "It was written by an extension, or by a release of PostgreSQL that this neon does not know in full."));
        this.lsn = lsn;
        this.isForPostgres = true;
    }

    private UnsupportedWalException(String message, String hint, String lsn) {
        super(message, Optional.of(hint));
        this.lsn = lsn;
        this.isForPostgres = false;
    }

    /**
     * Something that is in no WAL.
     *
     * @param lsn  where the record starts that tells of it
     * @param what what is missing, for people
     */
    public static UnsupportedWalException notInWal(String lsn, String what, String hint) {
        return new UnsupportedWalException("unable to follow the WAL from " + lsn + " on: " + what, hint, lsn);
    }

    public String lsn() {
        return lsn;
    }

    /** Whether PostgreSQL, which knows its extensions, can replay what neon cannot. */
    public boolean isForPostgres() {
        return isForPostgres;
    }
}
