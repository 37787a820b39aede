/** Commands that move HEAD and branches, and take that back. */
@NullMarked
package dev.neon.cli.command.head;

import org.jspecify.annotations.NullMarked;
