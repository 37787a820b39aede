package dev.neon.cli.command.remote;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Damages streams of packets: their bytes, their packets, and the text in these. */
final class Mutator {
    private static final String[] WORDS = {"0", "-1", "18446744073709551616", "9223372036854775807", "1152921504606846976", "FFFFFFFF/FFFFFFFF",
        "0/0", "0/1", "7FFFFFFF/FFFFFFFF", "../../../x", "/etc/passwd", "snapshots/0000000000000000/../../x", "refs/branches/../../HEAD", "HEAD",
        "00000000000000000000000000000000", "-", "", " ", "\t", "\n", "\\", "\\n", "é\u0000", "segment-size: 0\\n", "timeline", "wal",
        "file", "directory", "history", "page", "tip", "neon 2 refs", "x".repeat(300)};

    private final Random random;
    private final List<byte[]> others;

    /** @param others streams whose parts are spliced in */
    Mutator(Random random, List<byte[]> others) {
        this.random = random;
        this.others = others;
    }

    byte[] mutate(byte[] stream) {
        byte[] mutated = stream;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            mutated = random.nextInt(3) == 0 ? bytes(mutated) : packets(mutated);
        }
        return mutated;
    }

    private byte[] bytes(byte[] stream) {
        if (stream.length == 0) {
            return stream;
        }
        int at = random.nextInt(stream.length);
        int to = Math.min(stream.length, at + 1 + random.nextInt(random.nextBoolean() ? 8 : 4000));
        return switch (random.nextInt(5)) {
            case 0 -> {
                byte[] flipped = stream.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 1 -> Arrays.copyOf(stream, at);
            case 2 -> join(Arrays.copyOf(stream, at), Arrays.copyOfRange(stream, to, stream.length));
            case 3 -> join(Arrays.copyOf(stream, to), Arrays.copyOfRange(stream, at, stream.length));
            default -> {
                byte[] other = others.get(random.nextInt(others.size()));
                int from = other.length == 0 ? 0 : random.nextInt(other.length);
                yield join(Arrays.copyOf(stream, at), Arrays.copyOfRange(other, from, Math.min(other.length, from + 5000)));
            }
        };
    }

    private static byte[] join(byte[] one, byte[] other) {
        byte[] joined = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, joined, one.length, other.length);
        return joined;
    }

    /** Damages what is in packets, whose lengths are right again afterwards. */
    private byte[] packets(byte[] stream) {
        List<byte[]> packets = split(stream);
        if (packets.isEmpty()) {
            return stream;
        }
        int at = random.nextInt(packets.size());
        int other = random.nextInt(packets.size());
        switch (random.nextInt(6)) {
            case 0 -> packets.remove(at);
            case 1 -> packets.add(other, packets.get(at));
            case 2 -> packets.set(at, packets.set(other, packets.get(at)));
            default -> packets.set(at, text(packets.get(at)));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] packet : packets) {
            int length = packet.length == 0 ? 0 : Math.min(packet.length, 65516);
            out.writeBytes(HexFormat.of().toHexDigits((short) (length == 0 ? 0 : length + 4)).getBytes(StandardCharsets.US_ASCII));
            out.write(packet, 0, length);
        }
        return out.toByteArray();
    }

    private byte[] text(byte[] packet) {
        if (packet.length < 2 || packet.length > 20_000) {
            return bytes(packet);
        }
        String text = new String(packet, StandardCharsets.ISO_8859_1);
        List<String> lines = new ArrayList<>(Arrays.asList(text.split("(?<=\n)")));
        int line = random.nextInt(lines.size());
        switch (random.nextInt(4)) {
            case 0 -> lines.remove(line);
            case 1 -> lines.add(random.nextInt(lines.size()), lines.get(line));
            default -> {
                String[] words = lines.get(line).split("(?<=[ \t:/\\\\])|(?=[ \t\n])");
                words[random.nextInt(words.length)] = WORDS[random.nextInt(WORDS.length)];
                lines.set(line, String.join("", words));
            }
        }
        return String.join("", lines).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<byte[]> split(byte[] stream) {
        List<byte[]> packets = new ArrayList<>();
        for (int at = 0; at + 4 <= stream.length; ) {
            int length;
            try {
                length = HexFormat.fromHexDigits(new String(stream, at, 4, StandardCharsets.US_ASCII));
            } catch (IllegalArgumentException damaged) {
                break;
            }
            int end = Math.min(stream.length, at + Math.max(4, length));
            packets.add(Arrays.copyOfRange(stream, at + 4, end));
            at = end;
        }
        return packets;
    }
}
