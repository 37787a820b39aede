/** What redo is tested with: masks, which leave of a page what a record determines. */
@NullMarked
package dev.neon.redo;

import org.jspecify.annotations.NullMarked;
