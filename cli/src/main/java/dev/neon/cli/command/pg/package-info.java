@NullMarked
package dev.neon.cli.command.pg;

import org.jspecify.annotations.NullMarked;
