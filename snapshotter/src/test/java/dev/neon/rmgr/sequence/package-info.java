@NullMarked
package dev.neon.rmgr.sequence;

import org.jspecify.annotations.NullMarked;
