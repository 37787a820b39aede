package dev.neon.repo;

/**
 * What never changes along a timeline and its forks: which cluster its WAL belongs to.
 *
 * @param major            PostgreSQL's major version, for example 18
 * @param systemIdentifier {@code pg_control}'s system identifier, unsigned
 * @param segmentSize      bytes in a WAL segment, a power of two from 1 MiB to 1 GiB
 * @param checksums        whether data pages carry checksums
 * @param walTimeline      PostgreSQL's own timeline number, the first 8 digits of a segment's name; 1 for a cluster
 *                         made by neon, larger for an imported one that has seen a failover
 */
public record ClusterIdentity(int major, long systemIdentifier, int segmentSize, boolean checksums, int walTimeline) {}
