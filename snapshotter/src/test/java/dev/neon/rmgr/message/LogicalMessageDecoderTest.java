package dev.neon.rmgr.message;

import static dev.neon.rmgr.DecoderTests.assertSays;
import static dev.neon.rmgr.DecoderTests.assertUnknown;
import static dev.neon.rmgr.DecoderTests.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.wal.CraftedRecord;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogicalMessageDecoderTest {
    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void messages(int major) {
        assertSays(record(major, "LogicalMessage", 0x00)
                .main("05000000 01 7f7f7f 0300000000000000 0300000000000000 616200 00ff0a"),
                "Message[database=5, transactional=true, prefix=ab, message=00ff0a]",
                "transactional, prefix \"ab\"; payload (3 bytes): 00 FF 0A");
        assertSays(record(major, "LogicalMessage", 0x00)
                .main("05000000 00 000000 0100000000000000 0000000000000000 00"),
                "Message[database=5, transactional=false, prefix=, message=]",
                "non-transactional, prefix \"\"; payload (0 bytes): ");
    }

    @Test
    void ofLongMessagesTheFirstBytesAreShown() {
        String most = description(LogicalMessageDescription14.MOST_SHOWN);
        assertTrue(most.endsWith(" 2A 2A") && most.length() > 3 * LogicalMessageDescription14.MOST_SHOWN);
        assertEquals(most.replace("(262144", "(104857600") + " (and 104595456 bytes more)", description(100 << 20));
    }

    private static String description(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 42);
        StringBuilder text = new StringBuilder();
        LogicalMessageDescription14.append(new LogicalMessageRecord.Message(5, true, "ab", bytes), text);
        return text.toString();
    }

    @Test
    void unknownForms() {
        assertUnknown(message(0x10, "0100000000000000 0000000000000000 00"));
        assertUnknown(message(0x00, "0000000000000000 0000000000000000"));
        assertUnknown(message(0x00, "0300000000000000 0000000000000000 610061"));
        assertUnknown(message(0x00, "0200000000000000 0000000000000000 6161"));
        assertUnknown(message(0x00, "ffffffffffffffff 0000000000000000 00"));
        assertUnknown(message(0x00, "0100000001000000 0000000000000000 00"));
        assertUnknown(message(0x00, "0100000000000000 ffffffffffffff7f 00"));
    }

    private static CraftedRecord message(int info, String sizesAndText) {
        return record(18, "LogicalMessage", info).main("05000000 00 000000" + sizesAndText);
    }
}
