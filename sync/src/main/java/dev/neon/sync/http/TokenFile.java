package dev.neon.sync.http;

import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The tokens of a server: the file {@code .neon-tokens} in its root, which only its owner can read, a {@link Token} on each
 * line. Lines that are empty or begin with {@code #} are passed over. It is read for each request, so what changes, changes at once.
 *
 * <p>A token is {@code neon_} and 256 random bits in base64url. So many cannot be guessed, and one round of SHA-256 is enough to keep them.
 */
public final class TokenFile {
    public static final String NAME = ".neon-tokens";
    private static final String PREFIX = "neon_";
    private static final int RANDOM_BYTES = 32;
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");

    private final Path file;
    private final DurableFiles files = new DurableFiles(new NioFileSteps());

    /** @param root the directory that a server serves */
    public TokenFile(Path root) {
        this.file = root.resolve(NAME);
    }

    /** A token that was made, and its text, which nobody can tell again. */
    public record Made(Token token, String text) {}

    /** Those of the file; none if it is not there. */
    public List<Token> list() {
        List<Token> tokens = new ArrayList<>();
        String text = read();
        int at = 0;
        for (String line : text.split("\n", -1)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                long offset = at;
                tokens.add(Token.parse(line).orElseThrow(() -> new CorruptFileException(file, offset, "a token", "another line",
                        "Remove the line, and make a new token.")));
            }
            at += line.getBytes(StandardCharsets.UTF_8).length + 1;
        }
        return tokens;
    }

    /**
     * Makes one.
     *
     * @throws AlreadyExistsException if one has the name
     */
    public Made create(String name, boolean isForWriting, Instant now, Optional<Instant> expires, List<String> repositories) {
        for (String repository : repositories) {
            if (repository.isEmpty() || repository.equals("*") || repository.chars().anyMatch(Character::isISOControl)) {
                throw new InvalidInputException("invalid repository '" + repository + "'", "Name it as its address does, for example team/shop.");
            }
        }
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String text = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        Token token = new Token(name, HexFormat.of().formatHex(hash(text)), isForWriting, now, expires, repositories);
        try (LockFile _ = lock()) {
            if (list().stream().anyMatch(each -> each.name().equals(name))) {
                throw new AlreadyExistsException("token '" + name + "' exists already", "Choose another name, or revoke that one.");
            }
            String before = read();
            write(before + (before.isEmpty() || before.endsWith("\n") ? "" : "\n") + token.line() + '\n');
        }
        return new Made(token, text);
    }

    /**
     * Makes one invalid.
     *
     * @throws NotFoundException if there is none of that name
     */
    public void revoke(String name) {
        try (LockFile _ = lock()) {
            StringBuilder kept = new StringBuilder();
            boolean isFound = false;
            for (String line : read().lines().toList()) {
                boolean isIt = Token.parse(line).filter(token -> token.name().equals(name)).isPresent();
                isFound |= isIt;
                kept.append(isIt ? "" : line + '\n');
            }
            if (!isFound) {
                throw new NotFoundException("token '" + name + "' does not exist", "'neon serve token list' lists them.");
            }
            write(kept.toString());
        }
    }

    /** The token of a text. How long that takes does not depend on how much of the text is right. */
    Optional<Token> find(String text) {
        byte[] wanted = hash(text);
        Optional<Token> found = Optional.empty();
        for (Token token : list()) {
            if (MessageDigest.isEqual(wanted, token.hashBytes())) {
                found = Optional.of(token);
            }
        }
        return found;
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException allHaveIt) {
            throw new IllegalStateException(allHaveIt);
        }
    }

    private LockFile lock() {
        if (!Files.isDirectory(file.toAbsolutePath().getParent())) {
            throw new NotFoundException("'" + file.getParent() + "' is not there", "Name the directory that the repositories are in.");
        }
        return LockFile.acquire(files, file, ProcessIdentity.current(), WAIT);
    }

    private String read() {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException none) {
            return "";
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }

    /** Nobody else may read it, from its first byte on. */
    private void write(String text) {
        Path temporary = DurableFiles.temporaryBeside(file);
        try {
            Files.createFile(temporary, PosixFilePermissions.asFileAttribute(OWNER));
            files.steps().append(temporary, text.getBytes(StandardCharsets.UTF_8));
            files.steps().sync(temporary);
            files.steps().rename(temporary, file);
            files.steps().sync(file.toAbsolutePath().getParent());
        } catch (IOException failure) {
            throw new StorageFailedException("write", file, failure);
        }
    }
}
