package dev.neon.repo.revision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.repo.error.InvalidInputException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RevisionRangeTest {
    @ParameterizedTest
    @CsvSource({
        "v1..main,                              v1,                    main",
        "v1..,                                  v1,                    HEAD",
        "..main,                                HEAD,                  main",
        "main@{5 minutes ago}..main,            main@{5 minutes ago},  main",
        "main@{2026-11-20 10:00:00..1}..main,   main@{2026-11-20 10:00:00..1}, main",
        "0/15E0000..0/1600000,                  0/15E0000,             0/1600000",
        "heikki^..heikki,                       heikki^,               heikki",
        "a..b..c,                               a,                     b..c"
    })
    void aSideThatIsLeftOutIsHead(String text, String from, String to) {
        assertEquals(new RevisionRange(Optional.of(from), to), RevisionRange.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "main@{1..2}", "", "v1.2"})
    void aRevisionAloneLeavesNothingOut(String text) {
        assertEquals(new RevisionRange(Optional.empty(), text), RevisionRange.parse(text));
    }

    @Test
    void dotsWithoutRevisionsAreNoRange() {
        assertThrows(InvalidInputException.class, () -> RevisionRange.parse(".."));
        assertThrows(InvalidInputException.class, () -> RevisionRange.parse("v1...main"));
    }
}
