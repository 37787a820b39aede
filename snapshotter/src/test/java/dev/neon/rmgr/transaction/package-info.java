@NullMarked
package dev.neon.rmgr.transaction;

import org.jspecify.annotations.NullMarked;
