package dev.neon.slice;

/**
 * A version of a page, beside the one before it.
 *
 * @param lsn   from which on the page is this
 * @param bytes how many of its bytes differ; of the first version that is known, all that are not zero
 */
public record PageChange(long lsn, int bytes) {}
