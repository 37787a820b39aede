package dev.neon.cli.command.remote;

import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.UsageException;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.sync.http.Token;
import dev.neon.sync.http.TokenFile;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code neon serve token}. */
final class ServeTokens {
    private final Invocation invocation;
    private final TokenFile tokens;

    ServeTokens(Invocation invocation, Path root) {
        this.invocation = invocation;
        this.tokens = new TokenFile(root);
    }

    ExitCode run(List<String> words, boolean isForWriting, Optional<String> expires, List<String> only) {
        String action = words.getFirst().equals("token") && words.size() > 1 ? words.get(1) : "";
        Optional<String> name = words.size() > 2 ? Optional.of(words.get(2)) : Optional.empty();
        boolean isOptioned = isForWriting || expires.isPresent() || !only.isEmpty();
        if (words.size() > 3 || isOptioned && !action.equals("create") || action.equals("list") && name.isPresent()) {
            throw usage(words);
        }
        switch (action) {
            case "create" -> create(name, isForWriting, expires, only);
            case "list" -> list();
            case "revoke" -> {
                tokens.revoke(name.orElseThrow(() -> usage(words)));
                invocation.output().note("revoked token " + name.get());
            }
            default -> throw usage(words);
        }
        return ExitCode.OK;
    }

    private static UsageException usage(List<String> words) {
        return new UsageException("'" + String.join(" ", words) + "' is nothing that can be done with tokens",
                "It is token create [<name>], token list or token revoke <name>.");
    }

    private void create(Optional<String> name, boolean isForWriting, Optional<String> expires, List<String> only) {
        Instant now = invocation.environment().clock().instant();
        TokenFile.Made made = tokens.create(name.orElseGet(this::freeName), isForWriting, now, expires.map(text -> after(now, text)), only);
        invocation.output().note("token " + made.token().name() + ", to " + rights(made.token()) + ", "
                + repositories(made.token()) + ", " + expiry(made.token(), now) + "; it is shown this once");
        invocation.output().line(made.text());
    }

    private static Instant after(Instant now, String duration) {
        try {
            return now.plus(RepositoryConfig.parseDuration("--expires", duration));
        } catch (DateTimeException | ArithmeticException tooLong) {
            throw new UsageException("'" + duration + "' of '--expires' is too long", "Leave it out for a token that does not expire.");
        }
    }

    private String freeName() {
        List<String> taken = new ArrayList<>(tokens.list().stream().map(Token::name).toList());
        int number = 1;
        while (taken.contains("token" + number)) {
            number++;
        }
        return "token" + number;
    }

    private void list() {
        Instant now = invocation.environment().clock().instant();
        for (Token token : tokens.list()) {
            invocation.output().line(token.name() + '\t' + (token.isForWriting() ? "write" : "read") + '\t' + expiry(token, now) + '\t'
                    + repositories(token));
        }
    }

    private static String rights(Token token) {
        return token.isForWriting() ? "push and fetch" : "fetch";
    }

    private static String repositories(Token token) {
        return token.repositories().isEmpty() ? "all repositories" : String.join(" ", token.repositories());
    }

    private static String expiry(Token token, Instant now) {
        return token.expires().map(time -> (token.isExpired(now) ? "expired " : "until ") + time).orElse("for good");
    }
}
