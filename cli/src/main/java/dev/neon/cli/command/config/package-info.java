@NullMarked
package dev.neon.cli.command.config;

import org.jspecify.annotations.NullMarked;
