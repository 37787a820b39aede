/** Resource manager 7, RelMap. */
@NullMarked
package dev.neon.rmgr.relmap;

import org.jspecify.annotations.NullMarked;
