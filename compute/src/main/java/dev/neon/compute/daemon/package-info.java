/** The page server as a process of its own: its lock, its files in {@code run/}, its start and its end (docs/pageserver.md). */
@NullMarked
package dev.neon.compute.daemon;

import org.jspecify.annotations.NullMarked;
