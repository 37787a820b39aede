@NullMarked
package dev.neon.rmgr.database;

import org.jspecify.annotations.NullMarked;
