package dev.neon.compute.proxy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Clients of a page server, for tests. */
public final class TestClients {
    private final ListenAddress address;

    public TestClients(ListenAddress address) {
        this.address = address;
    }

    /** @param database with a branch behind {@code @}, for example */
    public Connection connect(String database) throws SQLException {
        return TestPageServer.connect(address.port(), database);
    }

    /** The first row's first column, in a session of its own. */
    public String one(String database, String sql) throws SQLException {
        try (Connection connection = connect(database)) {
            return one(connection, sql);
        }
    }

    public static String one(Connection connection, String sql) throws SQLException {
        return TestPageServer.one(connection, sql);
    }

    /** The same for many at once; {@code databases} is given 0 to {@code count} - 1. */
    public List<String> all(int count, IntFunction<String> databases, String sql) throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String database = databases.apply(i);
                answers.add(clients.submit(() -> one(database, sql)));
            }
            List<String> values = new ArrayList<>();
            for (Future<String> answer : answers) {
                values.add(answer.get());
            }
            return values;
        }
    }
}
