@NullMarked
package dev.neon.repo.error;

import org.jspecify.annotations.NullMarked;
