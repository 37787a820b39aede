/** Resource manager 4, Database. */
@NullMarked
package dev.neon.rmgr.database;

import org.jspecify.annotations.NullMarked;
