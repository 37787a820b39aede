@NullMarked
package dev.neon.rmgr.clog;

import org.jspecify.annotations.NullMarked;
