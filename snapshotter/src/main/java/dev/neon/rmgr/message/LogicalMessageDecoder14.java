package dev.neon.rmgr.message;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Main data ({@code REL_17 replication/message.h xl_logical_message}).
 * <pre>
 *  0  u32  dbId
 *  4  bool transactional
 *  5  3 bytes of padding
 *  8  u64  prefix_size   its NUL included
 * 16  u64  message_size
 * 24  char prefix[prefix_size]
 *     byte message[message_size]
 * </pre>
 */
final class LogicalMessageDecoder14 {
    static final int MESSAGE = 0x00;

    private LogicalMessageDecoder14() {}

    static LogicalMessageRecord decode(WalRecord record) {
        if (record.operation() != MESSAGE) {
            throw record.unknownOperation();
        }
        RecordCursor main = record.main();
        int database = main.i32();
        boolean transactional = main.bool();
        main.skip(3);
        long prefixSize = main.i64();
        long messageSize = main.i64();
        RecordCursor prefix = main.part(within(main, prefixSize));
        byte[] message = main.bytes(within(main, messageSize));
        main.finish();
        LogicalMessageRecord said =
                new LogicalMessageRecord.Message(database, transactional, prefix.string(), message);
        prefix.finish();
        return said;
    }

    private static int within(RecordCursor main, long size) {
        if (size < 0 || size > main.remaining()) {
            throw main.unknown(Long.toUnsignedString(size) + " bytes of text where " + main.remaining() + " are left");
        }
        return (int) size;
    }
}
