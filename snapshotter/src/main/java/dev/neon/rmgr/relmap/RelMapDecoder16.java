package dev.neon.rmgr.relmap;

import dev.neon.wal.WalRecord;

/** As in 14, but the map has 524 bytes: 64 entries in place of 62, and no padding ({@code REL_16 relmapper.c}). */
final class RelMapDecoder16 {
    private static final int MAP_BYTES = 524;

    private RelMapDecoder16() {}

    static RelMapRecord decode(WalRecord record) {
        return RelMapDecoder14.decode(record, MAP_BYTES);
    }
}
