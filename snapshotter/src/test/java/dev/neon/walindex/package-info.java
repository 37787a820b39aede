@NullMarked
package dev.neon.walindex;

import org.jspecify.annotations.NullMarked;
