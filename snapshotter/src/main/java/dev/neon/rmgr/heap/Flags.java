package dev.neon.rmgr.heap;

import dev.neon.wal.RecordCursor;
import java.util.HexFormat;

/** One byte of flags. */
final class Flags {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Flags() {}

    /** @throws dev.neon.repo.error.UnsupportedWalException for a flag that is not among {@code known} */
    static int read(RecordCursor cursor, int known) {
        int flags = cursor.u8();
        if ((flags & ~known) != 0) {
            throw cursor.unknown("flags 0x" + HEX.toHexDigits((byte) (flags & ~known)) + " are not known");
        }
        return flags;
    }

    /** {@code 0x0C}. */
    static StringBuilder append(StringBuilder text, int flags) {
        return HEX.toHexDigits(text.append("0x"), (byte) flags);
    }
}
