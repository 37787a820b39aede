package dev.neon.rmgr;

import dev.neon.wal.RecordCursor;
import java.util.List;

/**
 * Each message takes 16 bytes ({@code REL_14 sinval.h}); what is not named is padding of any content.
 * <pre>
 *  0  s8  id      0 and up: a catalog cache's number; below: the kind
 *             id  >= 0       -1 catalog   -2 relcache   -4 relmap   -5 snapshot   -3 smgr
 *  1                                                                              s8  backend_hi
 *  2                                                                              u16 backend_lo
 *  4              u32 dbId   u32 dbId     u32 dbId      u32 dbId    u32 dbId      u32 spcNode
 *  8              u32 hash   u32 catId    u32 relId                 u32 relId     u32 dbNode
 * 12                                                                              u32 relNode
 * </pre>
 */
public sealed class InvalidationDecoder14 permits InvalidationDecoder18 {
    /** 14 to 17. */
    public static final InvalidationDecoder14 V14 = new InvalidationDecoder14();

    /** Of a message. */
    public static final int BYTES = 16;

    private static final int CATALOG = -1;
    private static final int RELATION_CACHE = -2;
    private static final int SMGR = -3;
    private static final int RELATION_MAP = -4;
    private static final int SNAPSHOT = -5;

    InvalidationDecoder14() {}

    /**
     * Reads {@code count} messages.
     *
     * @throws dev.neon.repo.error.UnsupportedWalException if there are fewer, or one is of an unknown kind
     */
    public final List<InvalidationMessage> decode(RecordCursor cursor, int count) {
        return cursor.list(count, BYTES, message -> decode((byte) message.u8(), message));
    }

    /** @param message stands after its first byte */
    InvalidationMessage decode(int id, RecordCursor message) {
        return switch (id) {
            case CATALOG -> new InvalidationMessage.Catalog(message.skip(3).i32(), message.i32());
            case RELATION_CACHE -> new InvalidationMessage.RelationCache(message.skip(3).i32(), message.i32());
            case SMGR -> new InvalidationMessage.Smgr((byte) message.u8() << 16 | message.u16(), message.locator());
            case RELATION_MAP -> new InvalidationMessage.RelationMap(message.skip(3).i32());
            case SNAPSHOT -> new InvalidationMessage.Snapshot(message.skip(3).i32(), message.i32());
            default -> {
                if (id < 0) {
                    throw message.unknown("unknown invalidation message " + id);
                }
                yield new InvalidationMessage.CatalogCache(id, message.skip(3).i32(), message.i32());
            }
        };
    }
}
