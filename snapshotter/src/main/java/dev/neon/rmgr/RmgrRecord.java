package dev.neon.rmgr;

/**
 * What a record says, the same for all releases. Each resource manager has a sealed interface of its own below this one.
 * Block references and images are not repeated: {@link dev.neon.wal.WalRecord} has them.
 */
public interface RmgrRecord {}
