/** Resource manager 0, XLOG. */
@NullMarked
package dev.neon.rmgr.xlog;

import org.jspecify.annotations.NullMarked;
