package dev.neon.repo.layer;

/** Memory that reading frames takes on the way, used again for each. Used by one thread. */
final class FrameScratch {
    private final LiteralColumns columns = new LiteralColumns();
    private final byte[] page = new byte[PagePatch.PAGE];
    private byte[] compressed = {};

    /** Room for so many bytes of a file, or more. */
    byte[] compressed(int length) {
        if (compressed.length < length) {
            compressed = new byte[length];
        }
        return compressed;
    }

    LiteralColumns columns() {
        return columns;
    }

    byte[] page() {
        return page;
    }
}
