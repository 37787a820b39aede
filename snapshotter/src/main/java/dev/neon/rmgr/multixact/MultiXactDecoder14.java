package dev.neon.rmgr.multixact;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Main data ({@code REL_14 multixact.h}).
 * <pre>
 * ZERO_OFF_PAGE, ZERO_MEM_PAGE
 *  0  i32 pageno
 *
 * CREATE_ID    xl_multixact_create
 *  0  u32 mid
 *  4  u32 moff
 *  8  i32 nmembers
 * 12  nmembers times
 *     0  u32 xid
 *     4  i32 status
 *
 * TRUNCATE_ID  xl_multixact_truncate
 *  0  u32 oldestMultiDB
 *  4  u32 startTruncOff
 *  8  u32 endTruncOff
 * 12  u32 startTruncMemb
 * 16  u32 endTruncMemb
 * </pre>
 */
final class MultiXactDecoder14 {
    static final int ZERO_OFF_PAGE = 0x00;
    static final int ZERO_MEM_PAGE = 0x10;
    static final int CREATE_ID = 0x20;
    static final int TRUNCATE_ID = 0x30;

    private MultiXactDecoder14() {}

    static MultiXactRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        MultiXactRecord said = switch (record.operation()) {
            case ZERO_OFF_PAGE -> new MultiXactRecord.ZeroOffsetsPage(main.i32());
            case ZERO_MEM_PAGE -> new MultiXactRecord.ZeroMembersPage(main.i32());
            case CREATE_ID -> create(main);
            case TRUNCATE_ID -> truncate(main);
            default -> throw record.unknownOperation();
        };
        main.finish();
        return said;
    }

    static MultiXactRecord create(RecordCursor main) {
        int multi = main.i32();
        int offset = main.i32();
        int count = main.i32();
        if (count < 0) {
            throw main.unknown("a multixact of " + count + " members");
        }
        List<MultiXactRecord.Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(new MultiXactRecord.Member(main.i32(), status(main)));
        }
        return new MultiXactRecord.Create(multi, offset, List.copyOf(members));
    }

    private static MultiXactStatus status(RecordCursor main) {
        int number = main.i32();
        return MultiXactStatus.of(number).orElseThrow(() -> main.unknown("status " + number + " is not known"));
    }

    static MultiXactRecord truncate(RecordCursor main) {
        return new MultiXactRecord.Truncate(main.i32(), main.i32(), main.i32(), main.i32(), main.i32());
    }
}
