/** Resource manager 18, CommitTs. */
@NullMarked
package dev.neon.rmgr.committs;

import org.jspecify.annotations.NullMarked;
