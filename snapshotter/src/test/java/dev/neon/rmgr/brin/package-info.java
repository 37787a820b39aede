@NullMarked
package dev.neon.rmgr.brin;

import org.jspecify.annotations.NullMarked;
