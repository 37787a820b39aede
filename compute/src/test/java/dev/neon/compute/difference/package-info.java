/** Differences of real clusters, beside what PostgreSQL says. */
@NullMarked
package dev.neon.compute.difference;

import org.jspecify.annotations.NullMarked;
