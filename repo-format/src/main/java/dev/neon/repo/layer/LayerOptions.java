package dev.neon.repo.layer;

/**
 * How a {@link LayerWriter} packs; a reader need not know.
 *
 * @param level      zstd's compression level
 * @param frameBytes what a frame may hold, in bytes before compression
 * @param fileBytes  the size at which a file is closed and the next one begun
 */
public record LayerOptions(int level, int frameBytes, long fileBytes) {
    /**
     * For images: level 3 writes 1 GB a second and takes 11:1; level 6 saves 5 % in four times the time. Frames of 64
     * KiB cost 2 % more, of 32 KiB 7 %. A trained dictionary of 110 KiB saves 3 % of what it was trained on, so there
     * is none.
     */
    public static final LayerOptions DEFAULT = new LayerOptions(3, 128 << 10, 128L << 20);
    /**
     * For deltas, where patches have left little to compress. Of a pgbench with all its versions level 9 makes 24.3 MB at 103
     * MB of WAL a second on one core, level 7 25.1 MB at 110, level 10 24.2 MB at 99.
     */
    public static final LayerOptions DELTA = new LayerOptions(9, 256 << 10, 128L << 20);

    private static final int MIN_FRAME = 2 * PagePatch.PAGE;

    /** @throws IllegalArgumentException if a frame could not hold a page, or would be too large for readers */
    public LayerOptions {
        if (frameBytes < MIN_FRAME || frameBytes > LayerIndex.MAX_SIZE / 2 || fileBytes < 1) {
            throw new IllegalArgumentException("frames of " + frameBytes + " bytes, files of " + fileBytes);
        }
    }

    public LayerOptions withLevel(int other) {
        return new LayerOptions(other, frameBytes, fileBytes);
    }
}
