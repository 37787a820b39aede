@NullMarked
package dev.neon.dialect;

import org.jspecify.annotations.NullMarked;
