/**
 * Names of relations by their files, read from PostgreSQL's own catalogs in a data directory on which no server need
 * run.
 */
@NullMarked
package dev.neon.catalog;

import org.jspecify.annotations.NullMarked;
