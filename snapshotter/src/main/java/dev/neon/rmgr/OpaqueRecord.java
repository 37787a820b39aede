package dev.neon.rmgr;

/** A record of a resource manager that neon does not know: an extension's. */
public record OpaqueRecord() implements RmgrRecord {}
