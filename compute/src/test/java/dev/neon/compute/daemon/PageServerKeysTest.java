package dev.neon.compute.daemon;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.error.InvalidInputException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageServerKeysTest {
    @ParameterizedTest
    @CsvSource({"pageserver.listen, 127.0.0.1:5432", "pageserver.http, '[::1]:9898'", "pageserver.http, off", "PageServer.HTTP, localhost:0",
        "pageserver.gcInterval, 30min", "pageserver.gcInterval, never", "pageserver.createdBranchesExpire, 2h", "pageserver.maxInstances, 3",
        "pageserver.maxMemory, 4GB", "pageserver.maxMemory, 50%", "pageserver.maxmemory, 100 %",
        "branch.x.suspendAfter, 1h", "pageserver.createBranches, main", "core.pager, anything"})
    void valuesThatKeysCanHave(String key, String value) {
        assertDoesNotThrow(() -> PageServerKeys.check(key, value));
    }

    @ParameterizedTest
    @CsvSource({"pageserver.listen, off", "pageserver.listen, 5432", "pageserver.http, 127.0.0.1", "pageserver.http, 127.0.0.1:99999",
        "PAGESERVER.http, none", "pageserver.gcInterval, often", "pageserver.gcInterval, 0s", "pageserver.createdBranchesExpire, tomorrow",
        "pageserver.maxInstances, 0",
        "pageserver.maxMemory, 0", "pageserver.maxMemory, -1GB", "pageserver.maxMemory, much", "pageserver.maxMemory, 0%", "pageserver.maxMemory, 101%",
        "pageserver.maxMemory, %", "pageserver.suspendAfter, x", "branch.x.suspendAfter, x"})
    void valuesThatTheyCannotHave(String key, String value) {
        InvalidInputException refused = assertThrows(InvalidInputException.class, () -> PageServerKeys.check(key, value));
        assertTrue(String.valueOf(refused.getMessage()).contains('\'' + value + '\''), refused::getMessage);
    }
}
