@NullMarked
package dev.neon.repo.config;

import org.jspecify.annotations.NullMarked;
