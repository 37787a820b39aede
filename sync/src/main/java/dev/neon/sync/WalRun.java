package dev.neon.sync;

import dev.neon.repo.Lsn;
import java.util.ArrayList;
import java.util.List;

/** A part of a timeline's WAL, of whatever segments: {@code from} inclusive, {@code to} exclusive. */
public record WalRun(Lsn from, Lsn to) {
    /** Cut where segments end. */
    public List<WalRun> segments(int segmentSize) {
        List<WalRun> parts = new ArrayList<>();
        for (Lsn at = from; at.isBefore(to); at = parts.getLast().to()) {
            parts.add(new WalRun(at, Lsn.min(to, new Lsn((at.value() / segmentSize + 1) * segmentSize))));
        }
        return parts;
    }
}
