/** Resource manager 15, Sequence. */
@NullMarked
package dev.neon.rmgr.sequence;

import org.jspecify.annotations.NullMarked;
