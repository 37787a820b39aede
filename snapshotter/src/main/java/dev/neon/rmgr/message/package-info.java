/** Resource manager 21, LogicalMessage. */
@NullMarked
package dev.neon.rmgr.message;

import org.jspecify.annotations.NullMarked;
