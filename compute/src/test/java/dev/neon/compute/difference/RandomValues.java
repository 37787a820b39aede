package dev.neon.compute.difference;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/** Literals of many types. */
final class RandomValues {
    private static final Map<String, Function<Random, String>> BY_TYPE = new TreeMap<>();
    private static final List<String> WORDS = List.of("", "a", "Äpfel", "tab\tstop", "line\nend", "back\\slash", "it''s", "\"q\"",
            "NULL", "\\N", "{x,y}", "long word with spaces", "r", "backend> ");

    static {
        BY_TYPE.put("integer", random -> Integer.toString(random.nextInt(-50, 1000)));
        BY_TYPE.put("numeric", random -> random.nextInt(1000) + "." + "0".repeat(random.nextInt(3)) + random.nextInt(10));
        BY_TYPE.put("numeric(12,2)", random -> random.nextInt(1000) + "." + random.nextInt(10));
        BY_TYPE.put("text", random -> quoted(WORDS.get(random.nextInt(WORDS.size())) + random.nextInt(5)));
        BY_TYPE.put("bytea", random -> "'\\x" + "0aff".repeat(random.nextInt(4)) + "'");
        BY_TYPE.put("jsonb", random -> "'{\"a\": " + random.nextInt(9) + ", \"b\": [1, null, \"x\"]}'");
        BY_TYPE.put("json", random -> "'{\"a\":" + " ".repeat(random.nextInt(3)) + random.nextInt(9) + "}'");
        BY_TYPE.put("integer[]", random -> "'{1," + random.nextInt(9) + ",NULL}'");
        BY_TYPE.put("text[]", random -> "ARRAY['x', NULL, " + quoted(WORDS.get(random.nextInt(WORDS.size()))) + "]");
        BY_TYPE.put("timestamp with time zone", random -> "'2026-11-" + (1 + random.nextInt(28)) + " 10:00:00.5+0" + random.nextInt(9) + "'");
        BY_TYPE.put("timestamp without time zone", random -> random.nextInt(20) == 0 ? "'infinity'" : "'2026-01-0" + (1 + random.nextInt(9)) + " 01:02'");
        BY_TYPE.put("interval", random -> "'" + random.nextInt(40) + " days 1 mon -3 seconds'");
        BY_TYPE.put("double precision", random -> List.of("'NaN'", "'-0'", "0", "1e300", "0.1", "'-Infinity'").get(random.nextInt(6)));
        BY_TYPE.put("boolean", random -> Boolean.toString(random.nextBoolean()));
        BY_TYPE.put("uuid", random -> "'" + uuid(random) + "'");
        BY_TYPE.put("character(5)", random -> "'" + "abc".substring(random.nextInt(4)) + "'");
        BY_TYPE.put("character varying(20)", random -> "'v" + random.nextInt(30) + "'");
        BY_TYPE.put("public.mood", random -> "'" + List.of("sad", "ok", "happy").get(random.nextInt(3)) + "'");
        BY_TYPE.put("int4range", random -> "'[" + random.nextInt(5) + ",9)'");
        BY_TYPE.put("inet", random -> "'10.0.0." + random.nextInt(200) + "/24'");
        BY_TYPE.put("point", random -> "'(" + random.nextInt(5) + ",0.5)'");
    }

    private RandomValues() {}

    /** Types of columns; with {@code text} values may be so large that they are toasted. */
    static List<String> types() {
        return List.copyOf(BY_TYPE.keySet());
    }

    private static String quoted(String text) {
        return "'" + text.replace("''", "'").replace("'", "''") + "'";
    }

    private static UUID uuid(Random random) {
        return new UUID(random.nextLong(), random.nextLong());
    }

    static String of(Random random, String type) {
        if (type.equals("bigint")) {
            return of(random, "integer");
        }
        if (!BY_TYPE.containsKey(type)) {
            return "NULL";
        }
        if (type.equals("text") && random.nextInt(12) == 0) {
            StringBuilder large = new StringBuilder();
            for (int i = random.nextInt(200, 900); i > 0; i--) {
                large.append(Long.toHexString(random.nextLong()));
            }
            return "'" + large + "'";
        }
        return BY_TYPE.get(type).apply(random);
    }

    static String orNull(Random random, String type) {
        return random.nextInt(6) == 0 ? "NULL" : of(random, type);
    }
}
