package dev.neon.repo.layer;

import java.util.Optional;

/**
 * A file of a snapshot, as its manifest lists it.
 *
 * @param name     in the snapshot's directory
 * @param bytes    its length
 * @param checksum CRC-32C of all its bytes
 * @param range    of a layer: where its sections lie, so that it need not be opened for others
 */
public record LayerFile(String name, long bytes, int checksum, Optional<Range> range) {
    /** A file that is no layer. */
    public LayerFile(String name, long bytes, int checksum) {
        this(name, bytes, checksum, Optional.empty());
    }

    private static final String LAYER_PREFIX = "layer-";

    /** Whether a file of a snapshot is a layer, by its name; one of a copied data directory has none like it. */
    public static boolean isLayer(String name) {
        return name.startsWith(LAYER_PREFIX);
    }

    /** The name of a layer. */
    static String layerName(int number) {
        return (LAYER_PREFIX + "%04d").formatted(number);
    }

    /** Both inclusive. */
    public record Range(Section first, Section last) {
        boolean contains(Section section) {
            return first.compareTo(section) <= 0 && section.compareTo(last) <= 0;
        }
    }

    /** Whether it may have a section. */
    boolean mayHave(Section section) {
        return range.isEmpty() || range.get().contains(section);
    }
}
