/**
 * The WAL index: a disposable file of summaries of WAL segments. Here are its bytes and what they say; who reads WAL to
 * make it is another module. {@code docs/wal-index.md} has the whole.
 */
@NullMarked
package dev.neon.repo.walindex;

import org.jspecify.annotations.NullMarked;
