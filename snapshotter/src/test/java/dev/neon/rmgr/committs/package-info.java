@NullMarked
package dev.neon.rmgr.committs;

import org.jspecify.annotations.NullMarked;
