/** SSH to other machines: the user's own program, or a client in Java where there is none. */
@NullMarked
package dev.neon.sync.ssh;

import org.jspecify.annotations.NullMarked;
