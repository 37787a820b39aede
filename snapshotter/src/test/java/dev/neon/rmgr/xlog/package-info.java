@NullMarked
package dev.neon.rmgr.xlog;

import org.jspecify.annotations.NullMarked;
