package dev.neon.cli.command.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class HexDumpTest {
    @Test
    void asHexdumpDoes() {
        byte[] bytes = new byte[96];
        bytes[0] = 'n';
        bytes[15] = (byte) 0xFF;
        bytes[90] = '~';
        assertEquals("""
                00000000  6e 00 00 00 00 00 00 00  00 00 00 00 00 00 00 ff  |n...............|
                00000010  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
                *
                00000050  00 00 00 00 00 00 00 00  00 00 7e 00 00 00 00 00  |..........~.....|
                00000060
                """, HexDump.of(bytes));
    }
}
