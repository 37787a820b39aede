/** Tests of this package. */
@NullMarked
package dev.neon.slice;

import org.jspecify.annotations.NullMarked;
