/** Benchmarks of the whole program against its peers; {@code bench/run} starts them straight from source. */
@NullMarked
package dev.neon.bench;

import org.jspecify.annotations.NullMarked;
