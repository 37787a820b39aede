@NullMarked
package dev.neon.rmgr.message;

import org.jspecify.annotations.NullMarked;
