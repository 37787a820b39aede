package dev.neon.cli.framework;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds what the user may have meant. */
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

    /** Insertions, deletions, changes and swaps of neighbours from one word to another (optimal string alignment). */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                cost[i][j] = Math.min(cost[i - 1][j - 1] + change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
