/** Branches, tags and HEAD, and the log of every change to them. */
@NullMarked
package dev.neon.repo.refs;

import org.jspecify.annotations.NullMarked;
