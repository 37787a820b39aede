/** Where PostgreSQL's programs come from, and how a fresh cluster is made with them. */
@NullMarked
package dev.neon.compute.binaries;

import org.jspecify.annotations.NullMarked;
