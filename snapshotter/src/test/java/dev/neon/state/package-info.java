@NullMarked
package dev.neon.state;

import org.jspecify.annotations.NullMarked;
