/**
 * Everything of a cluster's state that is not a relation's page: what pg_control says, which forks there are and how
 * long they are, databases, maps, two-phase files, and the pages of the SLRUs. {@code docs/page-history.md} has the whole.
 */
@NullMarked
package dev.neon.state;

import org.jspecify.annotations.NullMarked;
