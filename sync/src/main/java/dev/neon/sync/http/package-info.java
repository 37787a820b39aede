/** The server behind {@code neon serve --http}: many repositories below one directory; docs/serve.md. */
@NullMarked
package dev.neon.sync.http;

import org.jspecify.annotations.NullMarked;
