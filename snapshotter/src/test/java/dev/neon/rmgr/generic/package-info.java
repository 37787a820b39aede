@NullMarked
package dev.neon.rmgr.generic;

import org.jspecify.annotations.NullMarked;
