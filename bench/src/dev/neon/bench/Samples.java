package dev.neon.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was measured, one value a run. */
final class Samples {
    private final List<Double> values = new ArrayList<>();

    Samples add(double value) {
        values.add(value);
        return this;
    }

    int runs() {
        return values.size();
    }

    double at(int run) {
        return values.get(run);
    }

    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    double min() {
        return values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
    }

    double max() {
        return values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }

    /** Each run of this divided by the run of {@code base} that was made beside it. */
    Samples over(Samples base) {
        Samples ratios = new Samples();
        for (int run = 0; run < Math.min(runs(), base.runs()); run++) {
            ratios.add(at(run) / base.at(run));
        }
        return ratios;
    }

    /** Each run of this less the run of {@code base} that was made beside it. */
    Samples minus(Samples base) {
        Samples differences = new Samples();
        for (int run = 0; run < Math.min(runs(), base.runs()); run++) {
            differences.add(at(run) - base.at(run));
        }
        return differences;
    }

    static String shown(double value) {
        String format = Math.abs(value) >= 1000 || value == Math.rint(value) ? "%.0f"
                : Math.abs(value) >= 10 ? "%.1f" : Math.abs(value) >= 0.1 ? "%.3f" : "%.4f";
        return String.format(Locale.ROOT, format, value);
    }
}
