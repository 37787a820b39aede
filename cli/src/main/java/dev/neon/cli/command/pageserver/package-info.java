/** {@code neon pageserver}. */
@NullMarked
package dev.neon.cli.command.pageserver;

import org.jspecify.annotations.NullMarked;
