package dev.neon.dialect;

import java.util.Random;

/** Changes of a record that leave its length, its links and so the walk over it as they are. */
record Mutation(Random random) {
    private static final int INFO = 16;
    private static final int RMID = 17;
    private static final int RMGRS = 22;
    private static final long[] TELLING = {0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000L,
            0xFFFFFFFFL, 291, 2048, 8192};

    /** @param other a sound record, to take a piece of */
    void apply(byte[] bytes, byte[] other) {
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = bytes.length == RecordBytes.HEADER ? INFO : random.nextInt(RecordBytes.HEADER, bytes.length);
            switch (random.nextInt(9)) {
                case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[at] = (byte) random.nextInt();
                case 3, 4 -> put(bytes, at, 1 << random.nextInt(3), TELLING[random.nextInt(TELLING.length)]);
                case 5 -> put(bytes, at, 1 << random.nextInt(3), bytes.length - random.nextInt(-4, 64));
                case 6 -> bytes[INFO] = (byte) (random.nextBoolean() ? random.nextInt() : bytes[INFO] ^ 0x10);
                case 7 -> {
                    int from = random.nextInt(other.length);
                    System.arraycopy(other, from, bytes, at,
                            Math.min(bytes.length - at, random.nextInt(other.length - from)));
                }
                default -> bytes[RMID] = (byte) (random.nextInt(4) == 0 ? random.nextInt(RMGRS) : bytes[RMID]);
            }
        }
        notASwitch(bytes);
    }

    /** A switch would end the walk. */
    private static void notASwitch(byte[] bytes) {
        if (bytes[RMID] == 0 && (bytes[INFO] & 0xF0) == 0x40) {
            bytes[INFO] = 0;
        }
    }

    private static void put(byte[] bytes, int at, int size, long value) {
        for (int i = 0; i < size && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> 8 * i);
        }
    }
}
