package dev.neon.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/** Runs contestants in turn, so that whatever else the machine does meets them all alike. */
final class Interleaved {
    private Interleaved() {}

    /** Measures as the other does, and reports a row for each contestant: what it is about, and its name. */
    static Map<String, Samples> run(Lab lab, String about, String unit, Map<String, IntToDoubleFunction> contestants, int rounds) {
        Map<String, Samples> samples = run(contestants, rounds);
        samples.forEach((name, measured) -> lab.report().row(about + name, unit, measured));
        return samples;
    }

    /**
     * Measures. One round more is run first and not counted.
     *
     * @param contestants each gets the number of the round, from 0, and returns what it measured
     */
    static Map<String, Samples> run(Map<String, IntToDoubleFunction> contestants, int rounds) {
        Map<String, Samples> samples = new LinkedHashMap<>();
        contestants.keySet().forEach(name -> samples.put(name, new Samples()));
        List<String> order = new ArrayList<>(contestants.keySet());
        for (int round = 0; round <= rounds; round++) {
            for (String name : order) {
                double measured = contestants.get(name).applyAsDouble(round);
                if (round > 0) {
                    samples.get(name).add(measured);
                }
            }
            // Who comes after whom changes: one may leave dirty pages or a warm cache to the next.
            Collections.reverse(order);
        }
        return samples;
    }
}
