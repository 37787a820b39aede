package dev.neon.sync;

import java.util.OptionalInt;

/**
 * A file of a timeline.
 *
 * @param path     below the timeline's directory, with slashes: {@code history}, {@code settings/pg_hba.conf},
 *                 {@code snapshots/000000000153F1C0/layer-0001}
 * @param bytes    its length
 * @param checksum CRC-32C of it; empty for files of copies, of which nobody knows it without reading them
 */
public record OfferedFile(String path, long bytes, OptionalInt checksum) {}
