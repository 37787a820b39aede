/** Resource manager 16, SPGist. */
@NullMarked
package dev.neon.rmgr.spgist;

import org.jspecify.annotations.NullMarked;
