@NullMarked
package dev.neon.rmgr;

import org.jspecify.annotations.NullMarked;
