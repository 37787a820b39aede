@NullMarked
package dev.neon.cli.docs;

import org.jspecify.annotations.NullMarked;
