/** Pages taken apart for people, with the names that PostgreSQL's {@code pageinspect} gives. */
@NullMarked
package dev.neon.pageview;

import org.jspecify.annotations.NullMarked;
