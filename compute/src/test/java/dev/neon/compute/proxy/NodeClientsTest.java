package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.compute.binaries.TestPostgres;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * node-postgres through the page server, compared with the same at the server's own port: {@code client.js} beside this class
 * in the resources. It is skipped where there is no {@code node} on the path, or no package {@code pg} where the environment
 * variable {@code NODE_PATH} leads. To have both: {@code apt-get install nodejs npm}, {@code npm install --prefix <dir> pg}, and
 * {@code NODE_PATH=<dir>/node_modules} for Maven.
 */
class NodeClientsTest {
    @Test
    void nodePostgres(@TempDir Path directory) throws Exception {
        Optional<Path> node = ClientProgram.find("node");
        assumeTrue(node.isPresent(), "node is not installed");
        String packages = Optional.ofNullable(System.getenv("NODE_PATH")).orElse("");
        assumeTrue(ClientProgram.run(Map.of(), "", List.of(node.get().toString(), "-e", "require('pg')")).code() == 0,
                "no package 'pg' for node in NODE_PATH, which is '" + packages + "'");
        Path script = directory.resolve("client.js");
        try (InputStream source = NodeClientsTest.class.getResourceAsStream("client.js")) {
            Files.copy(source, script);
        }
        try (BothWays both = BothWays.open(directory, TestPostgres.major(18))) {
            String output = both.same(way -> ClientProgram.run(List.of(node.get().toString(), "--no-deprecation", script.toString(),
                    String.valueOf(way.port()), way.database(), String.valueOf(way.isTls()))));
            for (String expected : List.of("name [{\"application_name\":\"mine\"}]", "code=23505", "code=57014 message=canceling statement due to"
                    + " user request", "notification [\"channel\",\"payload\"]", "code=28P01", "scram [{\"current_user\":\"secured\"}]")) {
                assertTrue(output.contains(expected), () -> expected + " is missing in:\n" + output);
            }
        }
    }
}
