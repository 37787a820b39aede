@NullMarked
package dev.neon.rmgr.tablespace;

import org.jspecify.annotations.NullMarked;
