/** Page redo beside PostgreSQL: after every record, and for whole clusters. */
@NullMarked
package dev.neon.compute.redo;

import org.jspecify.annotations.NullMarked;
