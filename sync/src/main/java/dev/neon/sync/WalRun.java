package dev.neon.sync;

import dev.neon.repo.Lsn;

/** A part of a timeline's WAL, of whatever segments: {@code from} inclusive, {@code to} exclusive. */
public record WalRun(Lsn from, Lsn to) {}
