@NullMarked
package dev.neon.postgres;

import org.jspecify.annotations.NullMarked;
