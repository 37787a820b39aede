@NullMarked
package dev.neon.cli.command;

import org.jspecify.annotations.NullMarked;
