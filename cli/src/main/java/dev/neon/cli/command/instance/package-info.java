@NullMarked
package dev.neon.cli.command.instance;

import org.jspecify.annotations.NullMarked;
