package dev.neon.repo.refs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefFormatTest {
    private static final Path FILE = Path.of("refs/tags/v1");
    private static final TimelineId ID = new TimelineId("76cf9279915be7797095241638e64644");

    @Test
    void branch() {
        assertEquals(new RefTarget.Timeline(ID), RefFormat.parse(FILE, "76cf9279915be7797095241638e64644\n"));
        assertEquals("76cf9279915be7797095241638e64644", RefFormat.format(new RefTarget.Timeline(ID)));
    }

    @Test
    void draftWithoutNewlineAndWithFortyDigits() {
        assertEquals(new RefTarget.Timeline(new TimelineId("76cf9279915be7797095241638e64644aabbccdd")),
                RefFormat.parse(FILE, "76CF9279915BE7797095241638E64644AABBCCDD"));
        assertEquals(RefTarget.Point.of(ID, new Lsn(0x15ecf68)),
                RefFormat.parse(FILE, "76cf9279915be7797095241638e64644 0/15ecf68"));
    }

    @Test
    void tagWithEverything() {
        RefTarget.Point point = new RefTarget.Point(ID, Lsn.parse("2/A"), Optional.of("two\nlines\t\\"),
                Optional.of(Instant.parse("2026-11-21T07:35:31Z")), Optional.of("heikki"));
        String text = "76cf9279915be7797095241638e64644 2/A\nmessage: two\\nlines\\t\\\\\n"
                + "date: 2026-11-21T07:35:31Z\nauthor: heikki";
        assertEquals(text, RefFormat.format(point));
        assertEquals(point, RefFormat.parse(FILE, text + "\nsigned: by a later version\n"));
    }

    @Test
    void head() {
        assertEquals(new RefTarget.Symbolic(RefName.branch("main")),
                RefFormat.parse(FILE, "ref: refs/branches/main\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "main", "ref: ../../x", "76cf9279915be7797095241638e64644 0/", "0/1",
        "76cf9279915be7797095241638e64644 0/1 2", "76cf9279915be7797095241638e64644 0/1\ndate: today"})
    void damage(String text) {
        CorruptFileException damaged = assertThrows(CorruptFileException.class, () -> RefFormat.parse(FILE, text));
        assertEquals(FILE, damaged.path());
    }

    @Property
    void pointsComeBack(@ForAll long lsn, @ForAll Optional<String> message, @ForAll Optional<String> author) {
        RefTarget.Point point = new RefTarget.Point(ID, new Lsn(lsn), message, Optional.empty(), author);
        assertEquals(point, RefFormat.parse(FILE, RefFormat.format(point) + "\n"));
    }
}
