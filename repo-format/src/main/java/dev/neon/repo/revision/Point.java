package dev.neon.repo.revision;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.RefName;
import java.util.Optional;

/**
 * A point in history.
 *
 * @param timeline the timeline that has the WAL just before {@code lsn}, or that begins there
 * @param lsn      exclusive: the end of the last record that belongs to the point
 * @param ref      the branch or tag, if the revision was just its name (or HEAD on it)
 */
public record Point(TimelineId timeline, Lsn lsn, Optional<RefName> ref) {}
