package dev.neon.compute.proxy;

import java.util.Optional;

/**
 * The memory of servers that a page server has started.
 *
 * @param servers bytes that they take together; empty if the operating system does not tell
 * @param limit   bytes that they may take; empty if there is no limit
 */
public record MemoryUse(Optional<Long> servers, Optional<Long> limit) {}
