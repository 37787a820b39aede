/** Ways to other repositories: a path, SSH. */
@NullMarked
package dev.neon.sync.transport;

import org.jspecify.annotations.NullMarked;
