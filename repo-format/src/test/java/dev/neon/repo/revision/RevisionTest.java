package dev.neon.repo.revision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevisionTest {
    private static final Revision HEAD = new Revision.Named("HEAD");
    private static final Revision MAIN = new Revision.Named("main");

    @Test
    void everyForm() {
        assertEquals(MAIN, Revision.parse("main"));
        assertEquals(HEAD, Revision.parse("@"));
        assertEquals(new Revision.Named("origin/main"), Revision.parse("origin/main"));
        assertEquals(new Revision.Named("a@b"), Revision.parse("a@b"));
        TimelineId id = new TimelineId("76cf9279915be7797095241638e64644");
        assertEquals(new Revision.OfTimeline(id), Revision.parse(id.hex()));
        assertEquals(new Revision.AtLsn(new Revision.OfTimeline(id), Lsn.parse("1/A")), Revision.parse(id + "@1/a"));
        assertEquals(new Revision.AtLsn(MAIN, Lsn.parse("0/15ECF68")), Revision.parse("main@0/15ECF68"));
        assertEquals(new Revision.AtLsn(HEAD, Lsn.parse("0/15ECF68")), Revision.parse("@0/15ECF68"));
        assertEquals(new Revision.AtLsn(new Revision.Named("a/b"), Lsn.parse("0/1")), Revision.parse("a/b@0/1"));
        assertEquals(new Revision.ForkPoint(new Revision.ForkPoint(MAIN)), Revision.parse("main^^"));
        assertEquals(new Revision.Before(MAIN, 2), Revision.parse("main~2"));
        assertEquals(new Revision.Before(new Revision.ForkPoint(MAIN), 1), Revision.parse("main^~"));
        assertEquals(MAIN, Revision.parse("main~0"));
        assertEquals(new Revision.AtLsn(new Revision.ForkPoint(MAIN), Lsn.parse("0/1")), Revision.parse("main^@0/1"));
        assertEquals(new Revision.Earlier("main", 2), Revision.parse("main@{2}"));
        assertEquals(new Revision.Earlier("HEAD", 2), Revision.parse("@{2}"));
        assertEquals(new Revision.AtTransaction(MAIN, 1234), Revision.parse("main@{xid:1234}"));
        assertEquals(new Revision.AtMoment(MAIN, "2026-11-20 10:00"), Revision.parse("main@{2026-11-20 10:00}"));
        assertEquals(new Revision.AtMoment(MAIN, "5 minutes ago"), Revision.parse("main@{5 minutes ago}"));
        assertEquals(new Revision.AtRestorePoint(MAIN, "now"), Revision.parse("main@{restore:now}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "^", "a b", "main@{", "main@{}", "main@{-1}", "main@{xid:x}", "main^2",
        "a:b", "a*", "main^@{2}", "~1", "main@{xid:99999999999999999999}", "main@{restore:}"})
    void noForm(String text) {
        assertThrows(InvalidInputException.class, () -> Revision.parse(text));
    }

    @Property
    void anyTextIsReadOrRefused(@ForAll String text) {
        try {
            Revision.parse(text);
        } catch (InvalidInputException refused) {
            assertEquals("invalid revision '" + text + "'", refused.getMessage());
        }
    }

    @Test
    void nearNames() {
        List<String> names = List.of("main", "heikki", "feature/login", "v1", "v2");
        assertEquals(List.of("main"), NearNames.of("mian", names));
        assertEquals(List.of("heikki"), NearNames.of("Heiki", names));
        assertEquals(List.of("v1", "v2"), NearNames.of("v3", names));
        assertEquals(List.of(), NearNames.of("production", names));
    }
}
