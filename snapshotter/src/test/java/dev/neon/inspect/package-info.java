@NullMarked
package dev.neon.inspect;

import org.jspecify.annotations.NullMarked;
