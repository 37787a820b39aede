/** How points of timelines lie to each other, and what was done between them. */
@NullMarked
package dev.neon.ancestry;

import org.jspecify.annotations.NullMarked;
