@NullMarked
package dev.neon.repo.timeline;

import org.jspecify.annotations.NullMarked;
