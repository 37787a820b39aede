/** What moves between repositories, and how it is taken in; docs/sync.md. */
@NullMarked
package dev.neon.sync;

import org.jspecify.annotations.NullMarked;
