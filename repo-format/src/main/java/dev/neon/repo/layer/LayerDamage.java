package dev.neon.repo.layer;

import dev.neon.repo.error.CorruptFileException;

/**
 * A part of a layer that cannot be read, and the pages that it may have.
 *
 * @param from the first block, unsigned
 * @param to   the last block that may be among them, unsigned
 */
public record LayerDamage(Section section, int from, int to, CorruptFileException cause) {}
