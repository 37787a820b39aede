/** Resource manager 12, Hash. */
@NullMarked
package dev.neon.rmgr.hash;

import org.jspecify.annotations.NullMarked;
