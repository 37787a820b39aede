/** Resource manager 11, Btree. */
@NullMarked
package dev.neon.rmgr.btree;

import org.jspecify.annotations.NullMarked;
