@NullMarked
package dev.neon.cli.command.postgres;

import org.jspecify.annotations.NullMarked;
