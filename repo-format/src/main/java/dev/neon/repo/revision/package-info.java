@NullMarked
package dev.neon.repo.revision;

import org.jspecify.annotations.NullMarked;
