package dev.neon.repo.timeline;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;

/**
 * A timeline that another one descends from.
 *
 * @param forkPoint where its descendant left it: the descendant has its WAL below, not from there on
 * @param reason    why, for people; one line
 */
public record Ancestor(TimelineId timeline, Lsn forkPoint, String reason) {}
