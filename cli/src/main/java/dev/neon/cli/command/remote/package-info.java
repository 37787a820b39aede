/** Commands that move history between repositories. */
@NullMarked
package dev.neon.cli.command.remote;

import org.jspecify.annotations.NullMarked;
