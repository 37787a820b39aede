package dev.neon.compute.binaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresBinariesTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({
        "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1), 15, 15.18",
        "postgres (PostgreSQL) 18.6, 18, 18.6",
        "postgres (PostgreSQL) 14.24 (Ubuntu), 14, 14.24",
        "postgres (PostgreSQL) 18beta2, 18, 18beta2",
    })
    void readsWhatTheServerTells(String told, int major, String version) throws IOException {
        server(told);

        assertEquals(new PostgresBinaries(temp.toAbsolutePath(), major, version), PostgresBinaries.at(temp));
    }

    @ParameterizedTest
    @CsvSource({"13.20", "19.0", "9.6.24"})
    void refusesOtherMajors(String version) throws IOException {
        server("postgres (PostgreSQL) " + version);

        var refused = assertThrows(UnsupportedException.class, () -> PostgresBinaries.at(temp));

        assertEquals("PostgreSQL " + version + " is not supported", refused.getMessage());
    }

    @Test
    void refusesADirectoryWithoutAServer() {
        var refused = assertThrows(NotFoundException.class, () -> PostgresBinaries.at(temp));

        assertEquals("there is no PostgreSQL server in '" + temp + "'", refused.getMessage());
    }

    private void server(String told) throws IOException {
        Path server = Files.writeString(temp.resolve("postgres"), "#!/bin/sh\necho '" + told + "'\n");
        assertTrue(server.toFile().setExecutable(true));
    }
}
