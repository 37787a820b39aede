/** What two points of a history differ in, as far as WAL and pages tell; docs/diff.md has the reasons. */
@NullMarked
package dev.neon.difference;

import org.jspecify.annotations.NullMarked;
