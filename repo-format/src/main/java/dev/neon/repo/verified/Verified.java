package dev.neon.repo.verified;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** All that is remembered. */
public record Verified(Map<VerifiedSnapshot.Key, VerifiedSnapshot> snapshots,
        Map<VerifiedSegment.Key, VerifiedSegment> segments) {
    /** Nothing. */
    public static final Verified NOTHING = new Verified(Map.of(), Map.of());

    public Verified {
        snapshots = Collections.unmodifiableMap(new LinkedHashMap<>(snapshots));
        segments = Collections.unmodifiableMap(new LinkedHashMap<>(segments));
    }
}
