package dev.neon.compute.proxy;

import dev.neon.repo.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.StandardConstants;

/**
 * The name of a host below {@code localhost} by which a client means a branch: {@code heikki.localhost}. Names of hosts have
 * letters of one case, digits and dashes, and mostly one label. So both names are compared in lower case, with a dash for
 * everything else: {@code fix-team.localhost} is branch {@code fix/team}, and {@code v1.2.localhost} branch {@code v1.2}.
 *
 * @param name what is before {@code .localhost}, in lower case
 */
record ServerName(String name) {
    private static final String DOMAIN = ".localhost";

    /** Takes every name, and tells it: that of this handshake, also when a session is resumed. */
    static final class Listener extends SNIMatcher {
        private final Consumer<byte[]> name;

        Listener(Consumer<byte[]> name) {
            super(StandardConstants.SNI_HOST_NAME);
            this.name = name;
        }

        @Override
        public boolean matches(SNIServerName asked) {
            name.accept(asked.getEncoded());
            return true;
        }
    }

    /** Empty for {@code localhost} itself and all other hosts, which mean no branch. @param host UTF-8 */
    static Optional<ServerName> of(byte[] host) {
        String text = new String(host, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        String relative = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        return relative.endsWith(DOMAIN) && relative.length() > DOMAIN.length()
                ? Optional.of(new ServerName(relative.substring(0, relative.length() - DOMAIN.length()))) : Optional.empty();
    }

    /**
     * The revision that is meant: the branch of exactly this name, else the one whose name compares equal, else this name itself,
     * which may be a tag's.
     *
     * @throws InvalidInputException if several branches compare equal
     */
    String revision(Collection<String> branches) {
        if (branches.contains(name)) {
            return name;
        }
        List<String> meant = branches.stream().filter(branch -> comparable(branch).equals(comparable(name))).sorted().toList();
        if (meant.size() > 1) {
            throw new InvalidInputException("server name '" + name + DOMAIN + "' could be branch '" + String.join("' or '", meant) + "'",
                    "Name the branch in another way: 'options=branch=" + meant.getFirst() + "'.");
        }
        return meant.isEmpty() ? name : meant.getFirst();
    }

    private static String comparable(String branch) {
        StringBuilder label = new StringBuilder();
        branch.toLowerCase(Locale.ROOT).codePoints()
                .forEach(c -> label.append(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' ? (char) c : '-'));
        return label.toString();
    }
}
