@NullMarked
package dev.neon.repo.log;

import org.jspecify.annotations.NullMarked;
