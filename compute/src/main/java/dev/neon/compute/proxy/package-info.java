/** The wire proxy: clients name a branch, and get a server on it (docs/pageserver.md). */
@NullMarked
package dev.neon.compute.proxy;

import org.jspecify.annotations.NullMarked;
