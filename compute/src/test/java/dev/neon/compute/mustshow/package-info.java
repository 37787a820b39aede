/** What neon promises, shown on real servers: crashes, branch points, siblings, and the ways to lose data. */
@NullMarked
package dev.neon.compute.mustshow;

import org.jspecify.annotations.NullMarked;
