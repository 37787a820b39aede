package dev.neon.repo.layer;

/**
 * A file of a snapshot, as its manifest lists it.
 *
 * @param name     in the snapshot's directory
 * @param bytes    its length
 * @param checksum CRC-32C of all its bytes
 */
public record LayerFile(String name, long bytes, int checksum) {}
