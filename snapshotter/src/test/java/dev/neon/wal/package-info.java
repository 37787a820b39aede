@NullMarked
package dev.neon.wal;

import org.jspecify.annotations.NullMarked;
