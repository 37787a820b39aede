@NullMarked
package dev.neon.page;

import org.jspecify.annotations.NullMarked;
