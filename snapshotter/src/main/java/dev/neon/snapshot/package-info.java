/** Snapshots of a timeline, and data directories made from them: files only, no server. */
@NullMarked
package dev.neon.snapshot;

import org.jspecify.annotations.NullMarked;
