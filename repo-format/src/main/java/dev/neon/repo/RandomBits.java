package dev.neon.repo;

import java.io.FileInputStream;
import java.io.IOException;
import java.security.SecureRandom;

/** Random bits for names that must never be given twice, on any machine. */
public final class RandomBits {
    private static final String SYSTEM = "/dev/urandom";

    private RandomBits() {}

    /**
     * Bits from the operating system.
     *
     * @param bytes how many bytes of them
     */
    public static byte[] of(int bytes) {
        // A SecureRandom reads the same device, but first its configuration and providers: 5 ms of a command's start.
        try (FileInputStream system = new FileInputStream(SYSTEM)) {
            byte[] bits = system.readNBytes(bytes);
            if (bits.length == bytes) {
                return bits;
            }
        } catch (IOException elsewhere) {
            // This system has no such device.
        }
        byte[] bits = new byte[bytes];
        new SecureRandom().nextBytes(bits);
        return bits;
    }
}
