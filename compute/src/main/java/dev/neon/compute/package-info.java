@NullMarked
package dev.neon.compute;

import org.jspecify.annotations.NullMarked;
