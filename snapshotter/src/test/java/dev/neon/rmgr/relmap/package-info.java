@NullMarked
package dev.neon.rmgr.relmap;

import org.jspecify.annotations.NullMarked;
