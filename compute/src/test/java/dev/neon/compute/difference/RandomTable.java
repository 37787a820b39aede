package dev.neon.compute.difference;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A table of random form, and random things done to it. */
final class RandomTable {
    private static final List<String> KEYS = List.of("id integer PRIMARY KEY", "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
            "id numeric PRIMARY KEY", "id text PRIMARY KEY", "id integer, sub text, PRIMARY KEY (id, sub)",
            "id uuid NOT NULL UNIQUE", "id integer", "id serial PRIMARY KEY, code integer UNIQUE", "id timestamptz PRIMARY KEY",
            "id integer PRIMARY KEY", "id character(5) PRIMARY KEY", "id integer PRIMARY KEY");
    private static final int IDENTITY = 1;
    private static final int PARTITIONED = 9;

    private final String name;
    private final Random random;
    private final int key;
    private final List<String> done = new ArrayList<>();
    private int column;

    RandomTable(String name, Random random) {
        this.name = name;
        this.random = random;
        this.key = random.nextInt(KEYS.size());
    }

    String name() {
        return name;
    }

    /** What was done, for the message of a failure. */
    List<String> done() {
        return done;
    }

    boolean isPartitioned() {
        return key == PARTITIONED;
    }

    void create(Connection session) throws SQLException {
        List<String> columns = new ArrayList<>(List.of(KEYS.get(key), "n numeric", "t text"));
        for (int i = random.nextInt(1, 7); i > 0; i--) {
            String type = RandomValues.types().get(random.nextInt(RandomValues.types().size()));
            columns.add("c" + column++ + ' ' + type + (random.nextInt(4) == 0 ? " DEFAULT " + RandomValues.of(random, type) : ""));
        }
        if (random.nextInt(3) == 0) {
            columns.add("g numeric GENERATED ALWAYS AS (n * 2) STORED");
        }
        run(session, "CREATE TABLE " + name + " (" + String.join(", ", columns) + ")"
                + (isPartitioned() ? " PARTITION BY RANGE (id)" : ""));
        if (isPartitioned()) {
            run(session, "CREATE TABLE " + name + "_0 PARTITION OF " + name + " FOR VALUES FROM (MINVALUE) TO (100)");
            run(session, "CREATE TABLE " + name + "_1 PARTITION OF " + name + " FOR VALUES FROM (100) TO (200)");
        }
        if (random.nextInt(3) == 0) {
            run(session, "ALTER TABLE " + name + " ADD COLUMN gone integer DEFAULT 5");
        }
        insert(session, random.nextInt(300));
        if (random.nextInt(3) == 0) {
            run(session, "ALTER TABLE " + name + " DROP COLUMN IF EXISTS gone");
        }
        if (random.nextBoolean()) {
            run(session, "VACUUM " + (random.nextBoolean() ? "(FREEZE) " : "") + name);
        }
    }

    /** Does something on one side. */
    void change(Connection session) throws SQLException {
        switch (random.nextInt(24)) {
            case 0, 1, 2, 3 -> insert(session, random.nextInt(1, 12));
            case 4, 5, 6, 7, 8 -> update(session);
            case 9, 10, 11 -> run(session, "DELETE FROM " + name + some());
            case 12 -> run(session, "VACUUM " + name);
            case 13 -> run(session, random.nextInt(3) == 0 ? "VACUUM FULL " + name : "ANALYZE " + name);
            case 14 -> {
                String type = RandomValues.types().get(random.nextInt(RandomValues.types().size()));
                run(session, "ALTER TABLE " + name + " ADD COLUMN x" + random.nextInt(3) + ' ' + type
                        + (random.nextBoolean() ? " DEFAULT " + RandomValues.of(random, type) : ""));
            }
            case 15 -> columns(session).keySet().stream().filter(one -> one.matches("[cx]\\d+")).findAny()
                    .ifPresent(one -> quietly(session, "ALTER TABLE " + name + " DROP COLUMN " + one));
            case 16 -> savepoint(session);
            case 17 -> run(session, "BEGIN; UPDATE " + name + " SET n = -1" + some() + "; DELETE FROM " + name + some() + "; ROLLBACK");
            case 18 -> run(session, "UPDATE " + name + " SET t = t || ' '" + some());
            case 19 -> run(session, "ALTER TABLE " + name + " ALTER COLUMN n TYPE " + (random.nextBoolean() ? "numeric(14,4)" : "numeric"));
            case 20 -> lock(session);
            case 21 -> moveKeys(session);
            case 22 -> run(session, random.nextInt(4) == 0 ? "TRUNCATE " + name : "VACUUM (FREEZE) " + name);
            default -> partitions(session);
        }
    }

    private void partitions(Connection session) throws SQLException {
        if (!isPartitioned()) {
            update(session);
            return;
        }
        switch (random.nextInt(4)) {
            case 0 -> run(session, "ALTER TABLE " + name + " DETACH PARTITION " + name + "_1");
            case 1 -> run(session, "DROP TABLE " + name + "_1");
            case 2 -> run(session, "CREATE TABLE " + name + "_2 PARTITION OF " + name + " FOR VALUES FROM (200) TO (300)");
            default -> run(session, "ALTER TABLE " + name + " ATTACH PARTITION " + name + "_1 FOR VALUES FROM (100) TO (200)");
        }
        insert(session, 5);
    }

    private void moveKeys(Connection session) throws SQLException {
        String id = columns(session).getOrDefault("id", "");
        if (id.equals("integer") || id.equals("numeric")) {
            run(session, "UPDATE " + name + " SET id = id + " + (isPartitioned() ? "100" : "10000") + some());
            if (id.equals("numeric")) {
                run(session, "UPDATE " + name + " SET id = id * 1.0" + some());
            }
        }
        if (columns(session).containsKey("code")) {
            // Two rows swap what is unique.
            run(session, "BEGIN; UPDATE " + name + " SET code = -code" + some() + "; UPDATE " + name
                    + " SET code = code + 1 WHERE code < 0; COMMIT");
        }
    }

    private void savepoint(Connection session) throws SQLException {
        run(session, "BEGIN; UPDATE " + name + " SET n = n + 1" + some() + "; SAVEPOINT s; DELETE FROM " + name + some()
                + "; ROLLBACK TO s; SAVEPOINT u; UPDATE " + name + " SET t = 'sub'" + some() + "; RELEASE u; COMMIT");
    }

    /** A multixact: rows that one session locks and another updates. */
    private void lock(Connection session) throws SQLException {
        try (Connection other = DriverManager.getConnection(session.getMetaData().getURL(), "postgres", "")) {
            other.setAutoCommit(false);
            try (Statement locking = other.createStatement()) {
                // A prepared transaction may hold the rows for good.
                locking.execute("SET lock_timeout = '100ms'");
                locking.execute("SELECT 1 FROM " + name + " FOR KEY SHARE");
                run(session, "SET lock_timeout = '2s'");
                run(session, "UPDATE " + name + " SET n = n - 1" + some());
                other.commit();
            } catch (SQLException notThere) {
                other.rollback();
            }
        }
    }

    private void update(Connection session) throws SQLException {
        Map<String, String> columns = columns(session);
        List<String> set = new ArrayList<>();
        for (Map.Entry<String, String> each : columns.entrySet()) {
            if (!List.of("id", "sub", "code", "g").contains(each.getKey()) && random.nextInt(columns.size()) < 2) {
                set.add(each.getKey() + " = " + RandomValues.orNull(random, each.getValue()));
            }
        }
        if (!set.isEmpty()) {
            run(session, "UPDATE " + name + " SET " + String.join(", ", set) + some());
        }
    }

    private String some() {
        return " WHERE ascii(md5(n::text || coalesce(t, '') || '" + random.nextInt() + "')) % " + random.nextInt(1, 20) + " = 0";
    }

    void insert(Connection session, int rows) throws SQLException {
        Map<String, String> columns = columns(session);
        columns.remove("g");
        if (key == IDENTITY) {
            columns.remove("id");
        }
        if (columns.isEmpty() || rows == 0) {
            return;
        }
        List<String> values = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            List<String> row = new ArrayList<>();
            for (Map.Entry<String, String> each : columns.entrySet()) {
                boolean isKey = List.of("id", "sub").contains(each.getKey());
                String value = isKey ? key(each.getValue()) : RandomValues.orNull(random, each.getValue());
                row.add(value);
            }
            values.add("(" + String.join(", ", row) + ")");
        }
        run(session, "INSERT INTO " + name + " (" + String.join(", ", columns.keySet()) + ") VALUES "
                + String.join(", ", values) + " ON CONFLICT DO NOTHING");
    }

    private String key(String type) {
        return switch (type) {
            case "timestamp with time zone" -> "'2026-01-01'::timestamptz + interval '1 hour' * " + random.nextInt(2000);
            case "character(5)" -> "'" + Integer.toString(random.nextInt(40000), 36) + "'";
            case "text" -> "'k" + random.nextInt(2000) + List.of("", "\t", " ", "ä", "\\").get(random.nextInt(5)) + "'";
            case "numeric" -> random.nextInt(1000) + ".50";
            case "integer" -> Integer.toString(random.nextInt(isPartitioned() ? 200 : 2000));
            default -> RandomValues.of(random, type);
        };
    }

    /** Names and types. */
    Map<String, String> columns(Connection session) throws SQLException {
        Map<String, String> columns = new LinkedHashMap<>();
        try (Statement statement = session.createStatement(); ResultSet row = statement.executeQuery(
                "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = to_regclass('public." + name
                        + "') AND attnum > 0 AND NOT attisdropped ORDER BY attnum")) {
            while (row.next()) {
                String type = row.getString(2);
                columns.put(row.getString(1), type.equals("mood") ? "public.mood" : type);
            }
        }
        return columns;
    }

    private void quietly(Connection session, String sql) {
        try {
            run(session, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** What a constraint, a missing partition or column, or a value refuses was not to be. */
    void run(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            done.add((sql.length() > 300 ? sql.substring(0, 300) + "…" : sql));
            statement.execute(sql);
        } catch (SQLException refused) {
            done.add("    " + refused.getMessage());
            String state = String.valueOf(refused.getSQLState());
            try (Statement statement = session.createStatement()) {
                statement.execute("ROLLBACK");
            }
            if (!state.startsWith("23") && !state.startsWith("22") && !state.startsWith("42") && !state.startsWith("0A") && !state.startsWith("54") && !state.startsWith("55")) {
                throw refused;
            }
        }
    }
}
