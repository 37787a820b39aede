package dev.neon.slice;

/** Is told what a page was at each LSN at which it changed, in their order. */
interface PageVersions {
    /** @param page what it was before; not told if there was no such block. To be copied */
    void base(byte[] page);

    /**
     * @param block in the fork, unsigned
     * @param lsn   from which on the page is this
     * @param page  to be copied
     */
    void version(int block, long lsn, byte[] page);
}
