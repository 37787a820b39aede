/**
 * What happened in a timeline's history, without reading all of its WAL: makes the index whose bytes are
 * {@link dev.neon.repo.walindex}'s, and answers from it. {@code docs/wal-index.md} has the argument.
 */
@NullMarked
package dev.neon.walindex;

import org.jspecify.annotations.NullMarked;
