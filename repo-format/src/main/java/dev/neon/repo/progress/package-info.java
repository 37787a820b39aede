@NullMarked
package dev.neon.repo.progress;

import org.jspecify.annotations.NullMarked;
