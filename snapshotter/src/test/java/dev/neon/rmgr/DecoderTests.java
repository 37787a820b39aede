package dev.neon.rmgr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.dialect.WalDialect;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.wal.CraftedRecord;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the tests of all decoders assert of a record's bytes. */
public final class DecoderTests {
    private DecoderTests() {}

    /** A record of the manager of this name. */
    public static CraftedRecord record(int major, String manager, int info) {
        PostgresMajor release = PostgresMajor.of(major);
        List<ResourceManager<?>> managers = WalDialect.of(release).managers();
        ResourceManager<?> wanted = managers.stream().filter(one -> one.name().equals(manager)).findFirst()
                .orElseThrow();
        return CraftedRecord.of(release, managers.indexOf(wanted), info);
    }

    /**
     * The bytes say this, are described so, and are of no known form with a byte more or less.
     *
     * @param said all fields, arrays included: {@code Drop[database=5, tablespaces=[1663]]}
     */
    public static void assertSays(CraftedRecord bytes, String said, String description) {
        ResourceManager<?> manager = manager(bytes);
        assertEquals(said, text(manager.decode(bytes.read())));
        StringBuilder described = new StringBuilder();
        manager.describe(bytes.read(), described);
        assertEquals(description, described.toString());
        assertUnknown(bytes.mainOfLength(bytes.mainLength() + 1));
        for (int length = 0; length < bytes.mainLength(); length++) {
            assertUnknown(bytes.mainOfLength(length));
        }
    }

    public static void assertUnknown(CraftedRecord bytes) {
        assertThrows(UnsupportedWalException.class, () -> manager(bytes).decode(bytes.read()));
    }

    private static ResourceManager<?> manager(CraftedRecord bytes) {
        return WalDialect.of(bytes.major()).manager(bytes.rmid());
    }

    private static String text(Object value) {
        return switch (value) {
            case byte[] bytes -> HexFormat.of().formatHex(bytes);
            case int[] numbers -> Arrays.toString(numbers);
            case Optional<?> optional -> optional.map(DecoderTests::text).orElse("none");
            case List<?> list -> list.stream().map(DecoderTests::text).collect(Collectors.joining(", ", "[", "]"));
            case Record record when record.getClass().getName().startsWith("dev.neon.rmgr.") ->
                    record.getClass().getSimpleName() + Arrays.stream(record.getClass().getRecordComponents())
                            .map(part -> part.getName() + "=" + text(value(record, part)))
                            .collect(Collectors.joining(", ", "[", "]"));
            default -> value.toString();
        };
    }

    private static Object value(Record record, RecordComponent part) {
        try {
            return part.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
