@NullMarked
package dev.neon.rmgr.standby;

import org.jspecify.annotations.NullMarked;
