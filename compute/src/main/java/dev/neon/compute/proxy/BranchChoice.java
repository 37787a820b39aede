package dev.neon.compute.proxy;

import dev.neon.compute.proxy.StartupPacket.Parameter;
import dev.neon.compute.proxy.StartupPacket.Startup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The branch or other revision that a client names, and what is left for PostgreSQL. The parameter {@code branch} comes
 * before {@code options}, these before what is behind the first {@code @} of the database's name; what is not used is passed on.
 *
 * @param revision  empty where HEAD is meant
 * @param forwarded the packet without it
 */
record BranchChoice(Optional<String> revision, Startup forwarded) {
    private static final String BRANCH = "branch";
    private static final String OWN_BRANCH = "neon.branch";
    private static final String OPTIONS = "options";
    private static final String DATABASE = "database";

    static BranchChoice of(Startup startup) {
        Optional<String> named = startup.value(BRANCH);
        List<Parameter> left = new ArrayList<>();
        for (Parameter parameter : startup.parameters()) {
            if (parameter.name().equals(BRANCH)) {
                continue;
            }
            if (parameter.name().equals(OPTIONS)) {
                Options options = Options.of(parameter.value());
                named = named.or(options::branch);
                if (options.rest().isEmpty()) {
                    continue;
                }
                left.add(new Parameter(OPTIONS, options.rest()));
            } else {
                left.add(parameter);
            }
        }
        if (named.isEmpty()) {
            named = takeFromDatabase(left);
        }
        // Only here the bytes become text: names of branches are UTF-8.
        return new BranchChoice(named.map(BranchChoice::utf8).filter(name -> !name.isBlank()), new Startup(startup.protocol(), left));
    }

    private static Optional<String> takeFromDatabase(List<Parameter> parameters) {
        Optional<String> named = Optional.empty();
        for (int i = parameters.size() - 1; i >= 0; i--) {
            String database = parameters.get(i).value();
            int at = database.indexOf('@');
            if (!parameters.get(i).name().equals(DATABASE) || at < 0) {
                continue;
            }
            named = named.or(() -> Optional.of(database.substring(at + 1)));
            if (at == 0) {
                parameters.remove(i);
            } else {
                parameters.set(i, new Parameter(DATABASE, database.substring(0, at)));
            }
        }
        return named;
    }

    private static String utf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /**
     * Command-line options for a backend, split at blanks unless a backslash is before them
     * ({@code REL_18 postinit.c pg_split_opts}).
     *
     * @param branch the last one named, as in PostgreSQL
     * @param rest   the others as they were
     */
    private record Options(Optional<String> branch, String rest) {
        static Options of(String text) {
            List<String> words = split(text);
            List<String> rest = new ArrayList<>();
            Optional<String> branch = Optional.empty();
            for (int i = 0; i < words.size(); i++) {
                String word = words.get(i);
                boolean isPair = word.equals("-c") && i + 1 < words.size();
                Optional<String> value = isPair ? setting(words.get(i + 1))
                        : setting(word.startsWith("-c") || word.startsWith("--") ? word.substring(2) : word);
                if (value.isEmpty()) {
                    rest.add(word);
                }
                if (isPair) {
                    i++;
                    if (value.isEmpty()) {
                        rest.add(words.get(i));
                    }
                }
                branch = value.isPresent() ? value : branch;
            }
            return new Options(branch, String.join(" ", rest));
        }

        /** The value, if a word sets the branch. */
        private static Optional<String> setting(String word) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? "" : word.substring(0, equals).toLowerCase(Locale.ROOT);
            return name.equals(BRANCH) || name.equals(OWN_BRANCH) ? Optional.of(unescaped(word.substring(equals + 1))) : Optional.empty();
        }

        /** The words with their backslashes. */
        private static List<String> split(String text) {
            List<String> words = new ArrayList<>();
            StringBuilder word = new StringBuilder();
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\\' && i + 1 < text.length()) {
                    word.append(c).append(text.charAt(++i));
                } else if (" \t\n\013\f\r".indexOf(c) < 0) {
                    word.append(c);
                } else if (!word.isEmpty()) {
                    words.add(word.toString());
                    word.setLength(0);
                }
            }
            if (!word.isEmpty()) {
                words.add(word.toString());
            }
            return words;
        }

        private static String unescaped(String word) {
            StringBuilder plain = new StringBuilder();
            for (int i = 0; i < word.length(); i++) {
                if (word.charAt(i) == '\\' && i + 1 < word.length()) {
                    i++;
                }
                plain.append(word.charAt(i));
            }
            return plain.toString();
        }
    }
}
