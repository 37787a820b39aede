@NullMarked
package dev.neon.cli.command.wal;

import org.jspecify.annotations.NullMarked;
