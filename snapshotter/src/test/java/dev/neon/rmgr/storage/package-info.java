@NullMarked
package dev.neon.rmgr.storage;

import org.jspecify.annotations.NullMarked;
