package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.proxy.StartupPacket.Parameter;
import dev.neon.compute.proxy.StartupPacket.Startup;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Startup packets from bytes written by hand, and from random ones. */
class StartupPacketTest {
    private static final int ROUNDS = 200_000;

    private static Optional<StartupPacket> read(String hex) throws IOException, Refusal {
        return StartupPacket.read(new ByteArrayInputStream(bytes(hex)));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static String refusal(String hex) {
        return assertThrows(Refusal.class, () -> read(hex)).state();
    }

    @Test
    void startup() throws Exception {
        // user=me, database=d, of protocol 3.2
        String packet = "0000001c 00030002 7573657200 6d6500 646174616261736500 6400 00";
        Startup startup = assertInstanceOf(Startup.class, read(packet).orElseThrow());
        assertEquals(3 << 16 | 2, startup.protocol());
        assertEquals(List.of(new Parameter("user", "me"), new Parameter("database", "d")), startup.parameters());
        assertArrayEquals(bytes(packet), startup.toBytes());
    }

    @Test
    void requests() throws Exception {
        assertEquals(Optional.of(new StartupPacket.Ssl()), read("00000008 04d2162f"));
        assertEquals(Optional.of(new StartupPacket.Gssenc()), read("00000008 04d21630"));
        assertEquals(Optional.of(new StartupPacket.DirectTls((byte) 0x16)), read("16030100"));
        StartupPacket.Cancel cancel = assertInstanceOf(StartupPacket.Cancel.class,
                read("00000010 04d2162e 00001234 deadbeef").orElseThrow());
        assertEquals(new CancelKey(0x1234, "deadbeef"), cancel.key());
        assertArrayEquals(bytes("00000010 04d2162e 00001234 deadbeef"), cancel.bytes());
        String secret = "ab".repeat(256);
        assertEquals(new CancelKey(7, secret), assertInstanceOf(StartupPacket.Cancel.class,
                read("0000010c 04d2162e 00000007 " + secret).orElseThrow()).key());
    }

    @Test
    void onePacketAtATime() throws Exception {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes("00000008 04d2162f 00000008 04d21630"));
        assertEquals(Optional.of(new StartupPacket.Ssl()), StartupPacket.read(in));
        assertEquals(Optional.of(new StartupPacket.Gssenc()), StartupPacket.read(in));
        assertEquals(Optional.empty(), StartupPacket.read(in));
    }

    @Test
    void garbage() {
        assertEquals("08P01", refusal("474554202f20485454502f312e310d0a"), "GET / HTTP/1.1");
        assertEquals("08P01", refusal("15030100"), "a TLS alert");
        assertEquals("08P01", refusal("7fffffff"), "the largest length");
        assertEquals("08P01", refusal("00002715"), "10,001 bytes");
        assertEquals("08P01", refusal("00000007"), "no room for a code");
        assertEquals("08P01", refusal("00000009 00030000 75"), "no terminator");
        assertEquals("08P01", refusal("0000000e 00030000 7573657200 00"), "a name without a value at the end");
        assertEquals("08P01", refusal("0000000a 00030000 0000"), "something behind the terminator");
        assertEquals("08P01", refusal("0000000c 04d2162f 00000000"), "an SSLRequest that is too long");
        assertEquals("08P01", refusal("0000000c 04d2162e 00000001"), "a CancelRequest without a secret");
        assertEquals("08P01", refusal("0000010d 04d2162e 00000007 " + "ab".repeat(257)), "a secret that is too long");
        assertEquals("0A000", refusal("00000009 00020000 00"), "protocol 2.0");
        assertThrows(EOFException.class, () -> read("00000010 00030000 75"));
    }

    @Test
    void theLongestPacket() throws Exception {
        ByteBuffer packet = ByteBuffer.allocate(StartupPacket.LONGEST + 4).putInt(StartupPacket.LONGEST + 4).putInt(3 << 16).put((byte) 'a').put((byte) 0);
        Arrays.fill(packet.array(), packet.position(), packet.capacity() - 2, (byte) 'x');
        Startup startup = assertInstanceOf(Startup.class, StartupPacket.read(new ByteArrayInputStream(packet.array())).orElseThrow());
        assertEquals(StartupPacket.LONGEST - 8, startup.value("a").orElseThrow().length());
    }

    /** Whatever comes is a packet, a refusal or the end of the stream, and a packet that is forwarded says the same again. */
    @Test
    void random() throws Exception {
        long seed = Long.getLong("neon.test.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] good = bytes("0000002f 00030000 7573657200 6d6500 646174616261736500 64406800 6f7074696f6e7300 6272616e63683d7800 00");
        int packets = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = good.clone();
            ByteBuffer.wrap(bytes).putInt(random.nextBoolean() ? bytes.length : random.nextInt(8, bytes.length + 1));
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? 0 : random.nextInt());
            }
            ByteArrayInputStream in = new ByteArrayInputStream(bytes, 0, random.nextBoolean() ? bytes.length : random.nextInt(bytes.length));
            try {
                if (StartupPacket.read(in).orElse(null) instanceof Startup startup) {
                    packets++;
                    byte[] again = startup.toBytes();
                    assertArrayEquals(Arrays.copyOf(bytes, again.length), again, "seed " + seed);
                    byte[] forwarded = BranchChoice.of(startup).forwarded().toBytes();
                    assertTrue(forwarded.length <= again.length, "seed " + seed);
                }
            } catch (Refusal | EOFException expected) {
                assertTrue(in.available() < bytes.length);
            }
        }
        assertTrue(packets > ROUNDS / 100, packets + " packets, seed " + seed);
    }
}
