@NullMarked
package dev.neon.cli.command.snapshot;

import org.jspecify.annotations.NullMarked;
