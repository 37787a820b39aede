/** Resource manager 1, Transaction. */
@NullMarked
package dev.neon.rmgr.transaction;

import org.jspecify.annotations.NullMarked;
