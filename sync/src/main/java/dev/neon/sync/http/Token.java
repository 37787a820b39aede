package dev.neon.sync.http;

import dev.neon.repo.Iso8601;
import dev.neon.repo.error.InvalidInputException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a server knows of a token: not the token. A line of {@link TokenFile}, of fields between tabs:
 * <pre>
 * name        1 to 64 letters, digits and any of ._@-
 * hash        SHA-256 of the token's text, 64 hexadecimal digits
 * rights      read or write; who may write may read
 * created     a time as 2026-11-28T10:00:00Z
 * expires     another, or -
 * repository  its name below the root, or * for all; more of them in further fields
 * </pre>
 *
 * @param repositories empty for all
 */
public record Token(String name, String hash, boolean isForWriting, Instant created, Optional<Instant> expires,
        List<String> repositories) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final String ALL = "*";
    private static final int FIRST_REPOSITORY = 5;

    /** @throws InvalidInputException if the name has another form */
    public Token {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidInputException("invalid token name '" + name + "'",
                    "A name has up to 64 letters, digits and any of ._@- in it.");
        }
        repositories = List.copyOf(repositories);
    }

    /** Whether it has had its time. */
    public boolean isExpired(Instant now) {
        return expires.isPresent() && !now.isBefore(expires.get());
    }

    boolean isFor(String repository) {
        return repositories.isEmpty() || repositories.contains(repository);
    }

    byte[] hashBytes() {
        return HexFormat.of().parseHex(hash);
    }

    String line() {
        return String.join("\t", name, hash, isForWriting ? "write" : "read", Iso8601.format(created),
                expires.map(Iso8601::format).orElse("-"), repositories.isEmpty() ? ALL : String.join("\t", repositories));
    }

    /** Empty if the line has another form. */
    static Optional<Token> parse(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length <= FIRST_REPOSITORY || !HASH.matcher(fields[1]).matches()
                || !fields[2].equals("read") && !fields[2].equals("write")) {
            return Optional.empty();
        }
        List<String> repositories = Arrays.asList(fields).subList(FIRST_REPOSITORY, fields.length);
        try {
            return Optional.of(new Token(fields[0], fields[1], fields[2].equals("write"), Iso8601.parse(fields[3]),
                    fields[4].equals("-") ? Optional.empty() : Optional.of(Iso8601.parse(fields[4])),
                    repositories.equals(List.of(ALL)) ? List.of() : repositories));
        } catch (DateTimeException | InvalidInputException malformed) {
            return Optional.empty();
        }
    }
}
