@NullMarked
package dev.neon.repo.files;

import org.jspecify.annotations.NullMarked;
