/** What TLS needs of files: certificates and keys. */
@NullMarked
package dev.neon.repo.tls;

import org.jspecify.annotations.NullMarked;
