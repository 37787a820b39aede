/** {@code neon diff}. */
@NullMarked
package dev.neon.cli.command.diff;

import org.jspecify.annotations.NullMarked;
