/** Resource manager 2, Storage. */
@NullMarked
package dev.neon.rmgr.storage;

import org.jspecify.annotations.NullMarked;
