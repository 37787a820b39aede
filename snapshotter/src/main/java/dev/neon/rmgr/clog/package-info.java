/** Resource manager 3, CLOG. */
@NullMarked
package dev.neon.rmgr.clog;

import org.jspecify.annotations.NullMarked;
