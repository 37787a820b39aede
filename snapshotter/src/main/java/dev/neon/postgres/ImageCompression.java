package dev.neon.postgres;

/** How a page image in WAL is compressed ({@code wal_compression}; 14 knows only pglz). */
public enum ImageCompression {
    NONE, PGLZ, LZ4, ZSTD
}
