package dev.neon.compute.daemon;

import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/**
 * What whoever changes something over HTTP has to know: 256 random bits in base64url, in {@code run/pageserver.token}, which only the
 * repository's owner can read. Made anew at each start, and of no use after the end.
 */
final class AccessToken implements AutoCloseable {
    private static final int RANDOM_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");

    private final Path file;
    private final byte[] token;

    private AccessToken(Path file, byte[] token) {
        this.file = file;
        this.token = token;
    }

    /** Makes one, in place of another that was left. */
    static AccessToken make(Repository repository) {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        Path file = repository.runDirectory().resolve("pageserver.token");
        repository.files().createDirectories(repository.runDirectory());
        Path temporary = DurableFiles.temporaryBeside(file);
        try {
            // Nobody else may read it, from its first byte on.
            Files.createFile(temporary, PosixFilePermissions.asFileAttribute(OWNER));
            Files.writeString(temporary, text + '\n');
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new StorageFailedException("write", file, failure);
        }
        return new AccessToken(file, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether a text is it. How long that takes does not depend on how much of it is right. */
    boolean is(String text) {
        return MessageDigest.isEqual(token, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The file goes, unless it is another's: of a page server in a repository that has come to this one's place. */
    @Override
    public void close() {
        try {
            if (is(Files.readString(file).strip())) {
                Files.delete(file);
            }
        } catch (NoSuchFileException gone) {
            return;
        } catch (IOException failure) {
            throw new StorageFailedException("delete", file, failure);
        }
    }
}
