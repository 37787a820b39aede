/** The protocol that docs/protocol.md specifies: both of its sides, over any pair of streams. */
@NullMarked
package dev.neon.sync.wire;

import org.jspecify.annotations.NullMarked;
