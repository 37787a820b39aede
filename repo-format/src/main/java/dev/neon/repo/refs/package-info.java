@NullMarked
package dev.neon.repo.refs;

import org.jspecify.annotations.NullMarked;
