@NullMarked
package dev.neon.rmgr.gist;

import org.jspecify.annotations.NullMarked;
