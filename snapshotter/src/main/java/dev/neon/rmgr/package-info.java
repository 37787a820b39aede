/**
 * What records say. PostgreSQL's resource managers write the records; here each has a package with the same few names:
 * the sealed {@code …Record}, one or more {@code …Decoder}s and {@code …Description}s, a number in their name telling
 * the release that introduced the form. {@link dev.neon.dialect.WalDialect} says which release has which; differences
 * between releases end at the decoders.
 */
@NullMarked
package dev.neon.rmgr;

import org.jspecify.annotations.NullMarked;
