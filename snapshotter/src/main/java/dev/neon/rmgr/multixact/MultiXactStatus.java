package dev.neon.rmgr.multixact;

import java.util.Optional;

/** What a member of a multixact does to the row, by its number ({@code REL_17 multixact.h MultiXactStatus}). */
public enum MultiXactStatus {
    FOR_KEY_SHARE("keysh"),
    FOR_SHARE("sh"),
    FOR_NO_KEY_UPDATE("fornokeyupd"),
    FOR_UPDATE("forupd"),
    NO_KEY_UPDATE("nokeyupd"),
    UPDATE("upd");

    private final String word;

    MultiXactStatus(String word) {
        this.word = word;
    }

    static Optional<MultiXactStatus> of(int number) {
        return number >= 0 && number < values().length ? Optional.of(values()[number]) : Optional.empty();
    }

    /** As {@code pg_waldump} has it. */
    @Override
    public String toString() {
        return word;
    }
}
