package dev.neon.repo.config;

import dev.neon.repo.error.InvalidInputException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code section[.subsection].name}, split at the first and the last dot as git does: a subsection may hold dots.
 * Sections and names are compared without regard to case, subsections with it.
 */
record ConfigKey(String section, Optional<String> subsection, String name) {
    /** @throws InvalidInputException if there is no dot, or a part holds what git does not allow */
    static ConfigKey parse(String key) {
        int first = key.indexOf('.');
        int last = key.lastIndexOf('.');
        if (first <= 0 || last == key.length() - 1) {
            throw invalid(key);
        }
        String section = key.substring(0, first);
        String name = key.substring(last + 1);
        Optional<String> subsection = first == last ? Optional.empty() : Optional.of(key.substring(first + 1, last));
        if (!isWord(section) || !isWord(name) || !Character.isLetter(name.charAt(0))
                || subsection.filter(text -> text.indexOf('\n') >= 0).isPresent()) {
            throw invalid(key);
        }
        return new ConfigKey(section, subsection, name);
    }

    private static boolean isWord(String part) {
        return part.toLowerCase(Locale.ROOT).chars()
                .allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-');
    }

    private static InvalidInputException invalid(String key) {
        return new InvalidInputException("invalid configuration key '" + key + "'",
                "A key is section.name or section.subsection.name, for example postgres.binDir.");
    }

    /** The subsection as JGit wants it. */
    @Nullable String subsectionOrNull() {
        return subsection.orElse(null);
    }

    @Override
    public String toString() {
        return section + subsection.map(text -> "." + text).orElse("") + "." + name;
    }
}
