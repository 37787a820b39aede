/** PostgreSQL's own bytes outside WAL: what each major release calls itself, and its control file. */
@NullMarked
package dev.neon.postgres;

import org.jspecify.annotations.NullMarked;
