@NullMarked
package dev.neon.repo;

import org.jspecify.annotations.NullMarked;
