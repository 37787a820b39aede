/** What happened in a repository, for people: the entries of a log, and the names of what they touched. */
@NullMarked
package dev.neon.compute.history;

import org.jspecify.annotations.NullMarked;
