/** Resource manager 14, Gist. */
@NullMarked
package dev.neon.rmgr.gist;

import org.jspecify.annotations.NullMarked;
