/** Resource manager 6, MultiXact. */
@NullMarked
package dev.neon.rmgr.multixact;

import org.jspecify.annotations.NullMarked;
