/** Any page after any record: what recovery does with a record and a page, for one page at a time. */
@NullMarked
package dev.neon.redo;

import org.jspecify.annotations.NullMarked;
