/** What neon reads from the WAL of real servers, against what PostgreSQL reads from it. */
@NullMarked
package dev.neon.compute.wal;

import org.jspecify.annotations.NullMarked;
