/** Pages written out as the files of a data directory, and read from them. */
@NullMarked
package dev.neon.materialise;

import org.jspecify.annotations.NullMarked;
