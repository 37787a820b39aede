/** Numbers as monitoring reads them. */
@NullMarked
package dev.neon.repo.metrics;

import org.jspecify.annotations.NullMarked;
