package dev.neon.sync.http;

import dev.neon.repo.error.AccessDeniedException;
import dev.neon.sync.wire.WireServer.Verb;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who may do what. It is decided before anybody looks whether there is such a repository, so that strangers learn nothing of names.
 *
 * @param allowed   what anybody may do at all
 * @param anonymous what may be done without a token
 */
record Access(TokenFile tokens, Clock clock, Set<Verb> allowed, Set<Verb> anonymous) {
    static final String NOBODY = "-";
    private static final String SCHEME = "bearer ";
    private static final int LONGEST = 1024;

    /** What comes of a request for access. */
    sealed interface Decision {
        /** @param who the name of the token, or {@link Access#NOBODY} */
        record Granted(String who) implements Decision {}

        /** @param status 401 if another token may help, 403 if this one was known */
        record Refused(String who, int status, AccessDeniedException why) implements Decision {}
    }

    /** @param header the value of {@code Authorization} */
    Decision decide(Optional<String> header, String repository, Verb verb) {
        if (!allowed.contains(verb)) {
            return refused(NOBODY, 403, "this server lets nobody push", "It runs with --read-only.");
        }
        if (header.isEmpty()) {
            return anonymous.contains(verb) ? new Decision.Granted(NOBODY) : refused(NOBODY, 401, "a token is needed",
                    "Ask who runs the server for one and set NEON_TOKEN to it, or 'neon config set remote.<name>.token <token>'.");
        }
        Optional<Token> found = text(header.get()).flatMap(tokens::find);
        if (found.isEmpty()) {
            return refused(NOBODY, 401, "the token is not valid", "It may have been revoked. Ask who runs the server for another.");
        }
        Token token = found.get();
        if (token.isExpired(clock.instant())) {
            return refused(token.name(), 401, "token '" + token.name() + "' expired at " + token.expires().orElseThrow(),
                    "Ask who runs the server for another.");
        }
        if (!token.isFor(repository)) {
            return refused(token.name(), 403, "token '" + token.name() + "' is not for this repository", "Ask who runs the server for one that is.");
        }
        if (!Verb.READING.contains(verb) && !token.isForWriting()) {
            return refused(token.name(), 403, "token '" + token.name() + "' is for reading only", "Ask who runs the server for one to push with.");
        }
        return new Decision.Granted(token.name());
    }

    /** Whether a token is good for anything: for pages about the server itself. */
    boolean isKnown(Optional<String> header) {
        return header.flatMap(Access::text).flatMap(tokens::find).filter(token -> !token.isExpired(clock.instant())).isPresent();
    }

    private static Optional<String> text(String header) {
        boolean isBearer = header.length() <= LONGEST && header.toLowerCase(Locale.ROOT).startsWith(SCHEME);
        return isBearer ? Optional.of(header.substring(SCHEME.length()).strip()) : Optional.empty();
    }

    private static Decision refused(String who, int status, String message, String hint) {
        return new Decision.Refused(who, status, new AccessDeniedException(message, hint));
    }
}
