package dev.neon.repo.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which byte comes where. */
class LiteralColumnsTest {
    @Test
    void thoseOfOneLengthStandTogether() {
        byte[] literals = "abcdefghi".getBytes(StandardCharsets.US_ASCII);
        int[] lengths = {2, 0, 3, 2, 2, 99};
        byte[] columns = new byte[11];
        new LiteralColumns().put(literals, lengths, 5, columns, 1);
        assertEquals("\0afhbgicde\0", new String(columns, StandardCharsets.US_ASCII));
        new LiteralColumns().restore(columns, 1, lengths, 5);
        assertEquals("\0abcdefghi\0", new String(columns, StandardCharsets.US_ASCII));
    }

    @Test
    void theyComeBackAsTheyWere() {
        Random random = new Random(3);
        for (int round = 0; round < 100; round++) {
            int[] lengths = random.ints(random.nextInt(50), 0, 1 + random.nextInt(300)).toArray();
            byte[] literals = new byte[Arrays.stream(lengths).sum()];
            random.nextBytes(literals);
            byte[] columns = new byte[literals.length];
            new LiteralColumns().put(literals, lengths, lengths.length, columns, 0);
            new LiteralColumns().restore(columns, 0, lengths, lengths.length);
            assertArrayEquals(literals, columns);
        }
    }
}
