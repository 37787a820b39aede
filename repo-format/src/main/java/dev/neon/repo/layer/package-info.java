/**
 * Layers, the files that hold page versions, and the snapshots made of them: the bytes of version 2 of the format. It
 * knows of PostgreSQL only the fields of a page header. {@code docs/page-history.md} has the whole.
 */
@NullMarked
package dev.neon.repo.layer;

import org.jspecify.annotations.NullMarked;
