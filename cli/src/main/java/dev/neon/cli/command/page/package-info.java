/** {@code neon page} and {@code neon relations}: a cluster at a point, without a server. */
@NullMarked
package dev.neon.cli.command.page;

import org.jspecify.annotations.NullMarked;
