/** Who needs a part of history for a while, beside the refs. */
@NullMarked
package dev.neon.repo.lease;

import org.jspecify.annotations.NullMarked;
