/**
 * What {@code neon fsck} has read and found whole: a disposable file, so that the next run reads only what is new. Here are
 * its bytes; who verifies is another module.
 */
@NullMarked
package dev.neon.repo.verified;

import org.jspecify.annotations.NullMarked;
