/** Checks a repository, and says who is affected by what is damaged. */
@NullMarked
package dev.neon.fsck;

import org.jspecify.annotations.NullMarked;
