/** Resource manager 19, ReplicationOrigin. */
@NullMarked
package dev.neon.rmgr.origin;

import org.jspecify.annotations.NullMarked;
