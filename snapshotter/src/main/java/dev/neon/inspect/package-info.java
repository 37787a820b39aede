/**
 * What {@code neon wal} tells of a range of WAL: its records one by one, counts and sizes, and whether it is whole. The
 * records themselves are read and decoded elsewhere.
 */
@NullMarked
package dev.neon.inspect;

import org.jspecify.annotations.NullMarked;
