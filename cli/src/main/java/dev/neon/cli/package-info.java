@NullMarked
package dev.neon.cli;

import org.jspecify.annotations.NullMarked;
