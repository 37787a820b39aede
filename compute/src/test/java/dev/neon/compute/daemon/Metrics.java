package dev.neon.compute.daemon;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text format of Prometheus as strictly as its own parser does, and stricter: each family has its head, once, before its samples. */
final class Metrics {
    private static final Pattern HELP = Pattern.compile("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (\\S.*)");
    private static final Pattern TYPE = Pattern.compile("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)");
    private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\"\\\\n])*\"";
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{" + LABEL + "(?:," + LABEL + ")*})? (-?\\d+(?:\\.\\d+)?(?:E-?\\d+)?)");

    /** By name and labels, as they stand in the text. */
    private final Map<String, Double> samples = new LinkedHashMap<>();

    Metrics(String text) {
        if (!text.endsWith("\n")) {
            throw new AssertionError("the last line has no end");
        }
        Set<String> families = new HashSet<>();
        String family = "";
        String type = "";
        String helped = "";
        for (String line : text.split("\n")) {
            Matcher help = HELP.matcher(line);
            Matcher kind = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (help.matches()) {
                helped = help.group(1);
            } else if (kind.matches()) {
                family = kind.group(1);
                type = kind.group(2);
                require(family.equals(helped) && families.add(family), line);
                require(type.equals("counter") == family.endsWith("_total"), line);
            } else {
                require(sample.matches(), line);
                String name = sample.group(1);
                require(type.equals("histogram") ? name.matches(Pattern.quote(family) + "_(bucket|sum|count)") : name.equals(family), line);
                String key = name + (sample.group(2) == null ? "" : sample.group(2));
                require(samples.put(key, Double.valueOf(sample.group(3))) == null, line);
            }
        }
    }

    private static void require(boolean isRight, String line) {
        if (!isRight) {
            throw new AssertionError("not in the format: " + line);
        }
    }

    double value(String key) {
        Double value = samples.get(key);
        if (value == null) {
            throw new AssertionError("no '" + key + "' in " + samples.keySet());
        }
        return value;
    }

    boolean has(String key) {
        return samples.containsKey(key);
    }
}
