/** The database branch that follows git's branch: a hook for git, and what it does. */
@NullMarked
package dev.neon.cli.command.hook;

import org.jspecify.annotations.NullMarked;
