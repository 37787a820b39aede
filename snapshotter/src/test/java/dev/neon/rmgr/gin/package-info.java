@NullMarked
package dev.neon.rmgr.gin;

import org.jspecify.annotations.NullMarked;
