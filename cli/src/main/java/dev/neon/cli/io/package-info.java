@NullMarked
package dev.neon.cli.io;

import org.jspecify.annotations.NullMarked;
