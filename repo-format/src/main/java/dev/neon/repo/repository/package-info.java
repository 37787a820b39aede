/** A repository as a whole. */
@NullMarked
package dev.neon.repo.repository;

import org.jspecify.annotations.NullMarked;
