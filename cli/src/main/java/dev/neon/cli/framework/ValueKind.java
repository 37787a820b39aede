package dev.neon.cli.framework;

import java.util.Locale;

/** What a word of the command line names; the completion scripts ask for the values of the kinds that are live. */
public enum ValueKind {
    /** Anything; nothing is offered. */
    TEXT,
    FILE,
    DIRECTORY,
    /** The name of a neon command, for {@code neon help}. */
    COMMAND,
    BRANCHES,
    TAGS,
    /** Branches, tags and remote branches. */
    REVISIONS,
    /** Branches with a running server. */
    RUNNING,
    TIMELINES,
    REMOTES,
    SNAPSHOTS;

    /** Whether the values come from the repository, through {@code neon __complete}. */
    public boolean isLive() {
        return switch (this) {
            case TEXT, FILE, DIRECTORY, COMMAND -> false;
            case BRANCHES, TAGS, REVISIONS, RUNNING, TIMELINES, REMOTES, SNAPSHOTS -> true;
        };
    }

    /** The name in {@code neon __complete <name>}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
