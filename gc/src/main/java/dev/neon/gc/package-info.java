/** What of a repository is needed, and by whom: docs/gc.md. */
@NullMarked
package dev.neon.gc;

import org.jspecify.annotations.NullMarked;
