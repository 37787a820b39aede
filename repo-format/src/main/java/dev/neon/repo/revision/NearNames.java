package dev.neon.repo.revision;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the names that a mistyped one may have meant. */
public final class NearNames {
    private static final int SHOWN = 3;

    private record Near(String name, int distance) {}

    private NearNames() {}

    /** The names nearest to a mistyped one, equally near; none that would need more than a third of it changed. */
    public static List<String> of(String typed, Collection<String> names) {
        int limit = Math.max(1, (typed.length() + 1) / 3);
        List<Near> near = names.stream()
                .map(name -> new Near(name, !typed.isEmpty() && name.startsWith(typed) ? 0 : distance(typed, name)))
                .filter(candidate -> candidate.distance() <= limit)
                .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::name)).toList();
        return near.stream().filter(candidate -> candidate.distance() == near.getFirst().distance())
                .limit(SHOWN).map(Near::name).toList();
    }

    /** {@code Did you mean 'main'?}, if there is anything near. */
    public static Optional<String> hint(String typed, Collection<String> names) {
        List<String> near = of(typed, names);
        return near.isEmpty() ? Optional.empty() : Optional.of(
                near.stream().collect(Collectors.joining("' or '", "Did you mean '", "'?")));
    }

    /** Insertions, removals, replacements and swaps of neighbours that turn one into the other, regardless of case. */
    private static int distance(String from, String to) {
        String a = from.toLowerCase(Locale.ROOT);
        String b = to.toLowerCase(Locale.ROOT);
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        Arrays.setAll(last, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }
}
