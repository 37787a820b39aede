@NullMarked
package dev.neon.rmgr.heap;

import org.jspecify.annotations.NullMarked;
