@NullMarked
package dev.neon.rmgr.btree;

import org.jspecify.annotations.NullMarked;
