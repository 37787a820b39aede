package dev.neon.repo.walindex;

import dev.neon.repo.RelFileLocator;

/**
 * What a transaction wrote to one relation.
 *
 * @param touches block references to it; a record may have several
 * @param bytes   of the images and data of these blocks
 */
public record RelationPart(RelFileLocator relation, long touches, long bytes) {}
