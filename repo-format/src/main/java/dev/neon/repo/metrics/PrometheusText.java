package dev.neon.repo.metrics;

import java.util.Locale;
import java.util.Map;

/**
 * Writes the text format of Prometheus, version 0.0.4: families of samples, in the order of the calls.
 * <pre>
 * # HELP neon_requests_total Requests by verb.
 * # TYPE neon_requests_total counter
 * neon_requests_total{verb="update"} 3
 * </pre>
 */
public final class PrometheusText {
    /** What an answer with such a text says of it. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** What a family is. */
    public enum Type {
        COUNTER, GAUGE, HISTOGRAM;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final StringBuilder text = new StringBuilder();

    /** Begins a family, whose samples follow. @param help a sentence, on one line */
    public PrometheusText family(String name, Type type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help.replace("\\", "\\\\").replace("\n", "\\n")).append("\n# TYPE ")
                .append(name).append(' ').append(type.word()).append('\n');
        return this;
    }

    /** A family of one sample. */
    public PrometheusText counter(String name, String help, long value) {
        return family(name, Type.COUNTER, help).sample(name, Map.of(), value);
    }

    /** A family of one sample. */
    public PrometheusText gauge(String name, String help, long value) {
        return family(name, Type.GAUGE, help).sample(name, Map.of(), value);
    }

    /** A sample of the family that was begun last. @param labels may have any values; in an order that stays */
    public PrometheusText sample(String name, Map<String, String> labels, long value) {
        return sample(name, labels, Long.toString(value));
    }

    /** The same for a value that is no whole number. */
    public PrometheusText sample(String name, Map<String, String> labels, double value) {
        return sample(name, labels, Double.toString(value));
    }

    private PrometheusText sample(String name, Map<String, String> labels, String value) {
        text.append(name);
        if (!labels.isEmpty()) {
            char before = '{';
            for (Map.Entry<String, String> label : labels.entrySet()) {
                text.append(before).append(label.getKey()).append("=\"").append(escaped(label.getValue())).append('"');
                before = ',';
            }
            text.append('}');
        }
        text.append(' ').append(value).append('\n');
        return this;
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
