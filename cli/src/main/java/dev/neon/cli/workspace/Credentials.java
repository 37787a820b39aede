package dev.neon.cli.workspace;

import dev.neon.cli.io.Environment;
import dev.neon.repo.config.ConfigValues;
import dev.neon.repo.error.AccessDeniedException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.sync.transport.HttpAccess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The user's tokens: NEON_TOKEN, else {@code remote.<name>.token} or {@code http.<url>.token} of the repository's
 * configuration, else the file {@code credentials} in the user's configuration directory, which nobody else may be able to
 * read. Each of its lines is the beginning of an address, a blank and a token; {@code #} begins a comment. Of several that
 * fit, the longest address counts.
 */
record Credentials(Environment environment, Optional<? extends ConfigValues> config) implements HttpAccess.Tokens {
    private static final String FILE = "credentials";
    private static final String SECTION = "http.";
    private static final String KEY = ".token";

    @Override
    public Optional<String> find(String name, URI address) {
        return environment.variable("NEON_TOKEN")
                .or(() -> isName(name) ? config.flatMap(values -> values.get("remote." + name + ".token")) : Optional.empty())
                .or(() -> config.flatMap(values -> best(configured(values), address)))
                .or(() -> best(stored(environment.configDirectory().resolve(FILE)), address));
    }

    private static boolean isName(String name) {
        return name.indexOf('/') < 0 && name.indexOf('\n') < 0;
    }

    private static Map<String, String> configured(ConfigValues config) {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (ConfigValues.Entry entry : config.list()) {
            String key = entry.key();
            if (key.startsWith(SECTION) && key.toLowerCase(Locale.ROOT).endsWith(KEY) && key.length() > SECTION.length() + KEY.length()) {
                tokens.put(key.substring(SECTION.length(), key.length() - KEY.length()), entry.value());
            }
        }
        return tokens;
    }

    private static Map<String, String> stored(Path file) {
        Map<String, String> tokens = new LinkedHashMap<>();
        try {
            if (!Files.exists(file)) {
                return tokens;
            }
            requirePrivate(file);
            for (String line : Files.readAllLines(file)) {
                String[] words = line.strip().split("\\s+");
                if (words.length == 2 && !words[0].startsWith("#")) {
                    tokens.put(words[0], words[1]);
                }
            }
        } catch (NoSuchFileException vanished) {
            return tokens;
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
        return tokens;
    }

    private static void requirePrivate(Path file) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.stream().anyMatch(each -> !each.name().startsWith("OWNER_"))) {
            throw new AccessDeniedException("'" + file + "' can be read by others", "'chmod 600 " + file + "' keeps the tokens in it to you.");
        }
    }

    private static Optional<String> best(Map<String, String> tokens, URI address) {
        Optional<String> found = Optional.empty();
        int longest = -1;
        for (Map.Entry<String, String> entry : tokens.entrySet()) {
            String prefix = plain(entry.getKey());
            String full = plain(address.toString());
            if ((full + '/').startsWith(prefix + '/') && prefix.length() > longest) {
                longest = prefix.length();
                found = Optional.of(entry.getValue());
            }
        }
        return found;
    }

    /** Scheme and host are the same in capitals. */
    private static String plain(String address) {
        String text = address.replaceAll("/+$", "");
        int path = text.indexOf('/', text.indexOf("://") + 3);
        return path < 0 ? text.toLowerCase(Locale.ROOT) : text.substring(0, path).toLowerCase(Locale.ROOT) + text.substring(path);
    }
}
