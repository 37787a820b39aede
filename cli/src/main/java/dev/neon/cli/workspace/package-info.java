/** Between commands and the library: the workspace that a command works on, and what is said about a start. */
@NullMarked
package dev.neon.cli.workspace;

import org.jspecify.annotations.NullMarked;
