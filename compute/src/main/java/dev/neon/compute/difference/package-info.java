/** What two points differ in, for people: relations, schema, rows (docs/diff.md). */
@NullMarked
package dev.neon.compute.difference;

import org.jspecify.annotations.NullMarked;
