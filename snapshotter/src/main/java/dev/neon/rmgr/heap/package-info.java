/** Resource managers 9, Heap2, and 10, Heap: one set of records, which ran out of operations for one manager. */
@NullMarked
package dev.neon.rmgr.heap;

import org.jspecify.annotations.NullMarked;
