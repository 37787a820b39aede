/** Resource manager 17, BRIN. */
@NullMarked
package dev.neon.rmgr.brin;

import org.jspecify.annotations.NullMarked;
