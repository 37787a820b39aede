/** Commands for bundles: repositories in one file. */
@NullMarked
package dev.neon.cli.command.bundle;

import org.jspecify.annotations.NullMarked;
