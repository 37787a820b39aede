/**
 * The releases: {@link dev.neon.dialect.WalDialect} says which resource managers each has and in which form, and {@link
 * dev.neon.dialect.RecordLine} writes a record as the release's {@code pg_waldump} does.
 */
@NullMarked
package dev.neon.dialect;

import org.jspecify.annotations.NullMarked;
