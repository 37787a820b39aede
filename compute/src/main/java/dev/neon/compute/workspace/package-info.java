/** What can be done with a repository whose timelines run on PostgreSQL: the operations behind the commands. */
@NullMarked
package dev.neon.compute.workspace;

import org.jspecify.annotations.NullMarked;
