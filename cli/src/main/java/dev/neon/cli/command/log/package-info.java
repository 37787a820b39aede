/** {@code neon log}. */
@NullMarked
package dev.neon.cli.command.log;

import org.jspecify.annotations.NullMarked;
