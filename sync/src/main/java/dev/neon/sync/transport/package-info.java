/** Ways to other repositories: a path, SSH, HTTP. */
@NullMarked
package dev.neon.sync.transport;

import org.jspecify.annotations.NullMarked;
