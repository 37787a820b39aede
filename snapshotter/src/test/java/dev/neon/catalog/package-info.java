@NullMarked
package dev.neon.catalog;

import org.jspecify.annotations.NullMarked;
