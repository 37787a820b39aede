/**
 * Reading WAL where it lies: the segments of a timeline and its ancestors, the records in them, and where they end.
 * Nothing here needs a server, and nothing but {@link dev.neon.wal.WalCut} writes.
 */
@NullMarked
package dev.neon.wal;

import org.jspecify.annotations.NullMarked;
