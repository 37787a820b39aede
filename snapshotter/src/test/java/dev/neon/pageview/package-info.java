@NullMarked
package dev.neon.pageview;

import org.jspecify.annotations.NullMarked;
