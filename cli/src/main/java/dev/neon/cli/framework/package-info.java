@NullMarked
package dev.neon.cli.framework;

import org.jspecify.annotations.NullMarked;
