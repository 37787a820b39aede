/** Resource manager 5, Tablespace. */
@NullMarked
package dev.neon.rmgr.tablespace;

import org.jspecify.annotations.NullMarked;
