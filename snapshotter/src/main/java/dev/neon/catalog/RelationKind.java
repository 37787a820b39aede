package dev.neon.catalog;

import java.util.Optional;

/** The kinds of relation that have files ({@code REL_17 pg_class.h RELKIND_HAS_STORAGE}). */
public enum RelationKind {
    TABLE('r', "table"),
    INDEX('i', "index"),
    SEQUENCE('S', "sequence"),
    TOAST_TABLE('t', "toast table"),
    MATERIALIZED_VIEW('m', "materialized view");

    private final char code;
    private final String word;

    RelationKind(char code, String word) {
        this.code = code;
        this.word = word;
    }

    /** The kind of {@code pg_class.relkind}; empty for a kind without files, such as a view. */
    public static Optional<RelationKind> of(char code) {
        for (RelationKind kind : values()) {
            if (kind.code == code) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** For people: {@code toast table}. */
    public String word() {
        return word;
    }
}
