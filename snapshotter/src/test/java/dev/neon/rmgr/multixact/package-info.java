@NullMarked
package dev.neon.rmgr.multixact;

import org.jspecify.annotations.NullMarked;
