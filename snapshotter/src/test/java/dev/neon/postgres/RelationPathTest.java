package dev.neon.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.repo.RelFileLocator;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RelationPathTest {
    @ParameterizedTest
    @CsvSource({"base/5/16384, 1663, 5, 16384", "1663/5/16384, 1663, 5, 16384", "global/1262, 1664, 0, 1262",
        "pg_tblspc/16390/PG_15_202209061/5/16391, 16390, 5, 16391", "base/5/4294967295, 1663, 5, -1"})
    void paths(String path, int tablespace, int database, int relation) {
        RelFileLocator file = new RelFileLocator(tablespace, database, relation);
        assertEquals(Optional.of(file), RelationPath.parse(path));
        if (!path.startsWith("1663")) {
            assertEquals(path, RelationPath.of(PostgresMajor.V15, file, ForkNumber.MAIN));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "16384", "public.t", "base/5", "base/5/t", "base/5/16384_vm", "base/5/4294967296",
        "global/5/1262", "a/b/c", "pg_tblspc/x/y/5/1", "/5/16384", "base/5/16384/"})
    void others(String path) {
        assertEquals(Optional.empty(), RelationPath.parse(path));
    }
}
