package dev.neon.compute.wal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The steps of {@code workload.sql}, whose first lines tell the form. */
final class WorkloadScript {
    private static final String DIRECTIVE = "--:";

    /** One step, and the majors that it is for. */
    record Step(Action action, int since, int before) {
        boolean isFor(int major) {
            return since <= major && major < before;
        }
    }

    sealed interface Action {
        record Statement(String sql) implements Action {}

        record Session(String name, String database) implements Action {}

        record Setting(String name, String value) implements Action {}

        record Restart(boolean crash, List<String> settings) implements Action {}
    }

    private WorkloadScript() {}

    /** All but what {@link #minimal} gives. */
    static List<Step> logged() throws IOException {
        List<Step> all = read();
        return all.subList(0, beginOfMinimal(all));
    }

    /** The last part, at {@code wal_level=minimal}, of which WAL does not tell all. */
    static List<Step> minimal() throws IOException {
        List<Step> all = read();
        return all.subList(beginOfMinimal(all), all.size());
    }

    private static int beginOfMinimal(List<Step> all) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).action() instanceof Action.Restart(boolean crash, List<String> settings)
                    && settings.contains("wal_level=minimal")) {
                return i;
            }
        }
        throw new IllegalStateException("the workload is never at wal_level=minimal");
    }

    private static List<Step> read() throws IOException {
        try (InputStream script = WorkloadScript.class.getResourceAsStream("workload.sql")) {
            return parse(new String(script.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
        }
    }

    private static List<Step> parse(List<String> lines) {
        List<Step> steps = new ArrayList<>();
        StringBuilder sql = new StringBuilder();
        int since = 0;
        int before = Integer.MAX_VALUE;
        for (String line : lines) {
            if (sql.isEmpty() && line.startsWith(DIRECTIVE)) {
                String[] words = line.substring(DIRECTIVE.length()).strip().split("\\s+");
                switch (words[0]) {
                    case "since" -> since = Integer.parseInt(words[1]);
                    case "before" -> before = Integer.parseInt(words[1]);
                    default -> {
                        steps.add(new Step(action(words), since, before));
                        since = 0;
                        before = Integer.MAX_VALUE;
                    }
                }
            } else if (!sql.isEmpty() || !line.isBlank() && !line.startsWith("--")) {
                sql.append(line).append('\n');
                if (line.endsWith(";") && sql.toString().split("\\$\\$", -1).length % 2 == 1) {
                    steps.add(new Step(new Action.Statement(sql.toString()), since, before));
                    sql.setLength(0);
                    since = 0;
                    before = Integer.MAX_VALUE;
                }
            }
        }
        return steps;
    }

    private static Action action(String[] words) {
        return switch (words[0]) {
            case "session" -> new Action.Session(words[1], words.length > 2 ? words[2] : "postgres");
            case "setting" -> new Action.Setting(words[1], words[3]);
            case "restart" -> new Action.Restart(false, List.of(words).subList(1, words.length));
            case "crash" -> new Action.Restart(true, List.of());
            default -> throw new IllegalArgumentException("unknown directive " + words[0]);
        };
    }
}
