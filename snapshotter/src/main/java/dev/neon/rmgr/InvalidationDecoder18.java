package dev.neon.rmgr;

import dev.neon.wal.RecordCursor;

/**
 * As {@link InvalidationDecoder14}, and one kind more ({@code REL_18 sinval.h SharedInvalRelSyncMsg}).
 * <pre>
 *  0  s8  id      -6
 *  4  u32 dbId
 *  8  u32 relid
 * </pre>
 */
public final class InvalidationDecoder18 extends InvalidationDecoder14 {
    /** Since 18. */
    public static final InvalidationDecoder18 V18 = new InvalidationDecoder18();

    private static final int RELATION_SYNC = -6;

    private InvalidationDecoder18() {}

    @Override
    InvalidationMessage decode(int id, RecordCursor message) {
        return id == RELATION_SYNC ? new InvalidationMessage.RelationSync(message.skip(3).i32(), message.i32())
                : super.decode(id, message);
    }
}
