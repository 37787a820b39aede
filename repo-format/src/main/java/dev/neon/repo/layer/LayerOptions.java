package dev.neon.repo.layer;

/**
 * How a {@link LayerWriter} packs; a reader need not know.
 *
 * @param level      zstd's compression level
 * @param frameBytes what a frame may hold, in bytes before compression
 * @param fileBytes  the size at which a file is closed and the next one begun
 */
public record LayerOptions(int level, int frameBytes, long fileBytes) {
    public static final LayerOptions DEFAULT = new LayerOptions(3, 128 << 10, 128L << 20);

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
