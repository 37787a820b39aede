package dev.neon.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.error.CorruptFileException;
import dev.neon.postgres.PostgresMajor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The structures of catalogs' files, written by hand, and damaged. */
class CatalogFilesTest {
    private static final int DATA = 24;
    private static final int XMIN_COMMITTED = 0x0100;
    private static final int XMIN_INVALID = 0x0200;
    private static final int XMAX_COMMITTED = 0x0400;
    private static final int XMAX_INVALID = 0x0800;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"512, 62", "524, 64"})
    void relationMaps(int size, int slots) throws IOException {
        byte[] map = relationMap(size, slots, 0x592717, 2);
        Path file = Files.write(directory.resolve("map"), map);
        assertEquals(Optional.of(16400), RelationMap.read(file).file(1259));
        assertEquals(Optional.of(1249), RelationMap.read(file).file(1249));
        assertEquals(Optional.empty(), RelationMap.read(file).file(1), "an unused slot");
        map[9] ^= 1;
        assertThrows(CorruptFileException.class, () -> RelationMap.parse(file, map), "checksum");
        assertThrows(CorruptFileException.class, () -> RelationMap.parse(file, new byte[100]));
        assertThrows(CorruptFileException.class, () -> RelationMap.parse(file, relationMap(size, slots, 1, 2)), "magic");
        for (int count : new int[] {-1, slots + 1, Integer.MAX_VALUE}) {
            assertThrows(CorruptFileException.class,
                    () -> RelationMap.parse(file, relationMap(size, slots, 0x592717, count)));
        }
    }

    private static byte[] relationMap(int size, int slots, int magic, int count) {
        ByteBuffer map = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).putInt(0, magic).putInt(4, count)
                .putInt(8, 1259).putInt(12, 16400).putInt(16, 1249).putInt(20, 1249).putInt(24, 1).putInt(28, 2);
        CRC32C crc = new CRC32C();
        crc.update(map.array(), 0, 8 + 8 * slots);
        return map.putInt(8 + 8 * slots, (int) crc.getValue()).array();
    }

    @Test
    void commitLog() throws IOException {
        Files.createDirectory(directory.resolve("pg_xact"));
        byte[] file = new byte[8192];
        file[1000 / 4] = (byte) 0b11_10_01_00;
        Files.write(directory.resolve("pg_xact/0000"), file);
        Files.write(directory.resolve("pg_xact/0FFF"), new byte[] {0b01});
        CommitLog log = new CommitLog(source());
        assertEquals(List.of(CommitLog.Status.IN_PROGRESS, CommitLog.Status.COMMITTED, CommitLog.Status.ABORTED,
                CommitLog.Status.SUB_COMMITTED), List.of(log.status(1000), log.status(1001), log.status(1002),
                log.status(1003)));
        assertEquals(CommitLog.Status.COMMITTED, log.status(1), "bootstrap");
        assertEquals(CommitLog.Status.IN_PROGRESS, log.status(8192 * 4), "beyond the file");
        assertEquals(CommitLog.Status.IN_PROGRESS, log.status(5 << 20), "a file that is gone");
        assertEquals(CommitLog.Status.COMMITTED, log.status(0xFFF << 20), "unsigned");
    }

    @Test
    void visibility() throws IOException {
        Files.createDirectory(directory.resolve("pg_xact"));
        byte[] committed = new byte[8192];
        committed[10 / 4] = 0b01 << 10 % 4 * 2;
        Files.write(directory.resolve("pg_xact/0000"), committed);
        byte[] page = page(
                tuple(5, 0, XMIN_COMMITTED | XMAX_INVALID, "live"),
                tuple(10, 0, XMAX_INVALID, "committed in the log"),
                tuple(11, 0, XMAX_INVALID, "in progress"),
                tuple(5, 0, XMIN_INVALID, "aborted"),
                tuple(5, 0, XMIN_COMMITTED | XMIN_INVALID, "frozen"),
                tuple(5, 7, XMIN_COMMITTED | XMAX_COMMITTED, "dead"),
                tuple(5, 10, XMIN_COMMITTED, "dead in the log"),
                tuple(5, 11, XMIN_COMMITTED, "deleter in progress"),
                tuple(5, 10, XMIN_COMMITTED | 0x0080, "locked"),
                tuple(5, 10, XMIN_COMMITTED | 0x1000, "multixact"));
        assertEquals(List.of("live LIVE", "committed in the log LIVE", "in progress IN_PROGRESS", "aborted ABORTED",
                "frozen LIVE", "dead DEAD", "dead in the log DEAD", "deleter in progress LIVE", "locked LIVE",
                "multixact LIVE"), read(page));
    }

    @Test
    void goesOnInFurtherFiles() throws IOException {
        Files.createDirectory(directory.resolve("global"));
        Files.write(directory.resolve("global/1262"), page(tuple(5, 0, XMIN_COMMITTED, "one")));
        Files.write(directory.resolve("global/1262.1"), page(tuple(5, 0, XMIN_COMMITTED, "two")));
        List<String> names = new ArrayList<>();
        new HeapFile(source(), 1664, 0, 1262, new CommitLog(source())).forEach(64, tuple -> names.add(tuple.name(0)));
        assertEquals(List.of("one", "two"), names);
    }

    /** Torn pages under a running server are nothing unusual. */
    @Test
    void damagedPagesAreRead() throws IOException {
        Random random = new Random(20261121);
        byte[] whole = page(tuple(5, 0, XMIN_COMMITTED, "a"), tuple(5, 0, XMIN_COMMITTED, "b"));
        for (int round = 0; round < 20_000; round++) {
            byte[] page = whole.clone();
            for (int i = 0; i < 1 + random.nextInt(8); i++) {
                int at = random.nextInt(2) == 0 ? random.nextInt(40) : random.nextInt(page.length);
                page[at] = (byte) random.nextInt();
            }
            ByteBuffer bytes = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
            HeapFile.showTuples(bytes, 0, 64, new HeapTuple(new CommitLog(source())), tuple ->
                    assertTrue(tuple.state().ordinal() + tuple.name(0).length() < 70));
        }
    }

    private CatalogSource source() {
        return new DirectorySource(directory, PostgresMajor.V18);
    }

    private List<String> read(byte[] page) {
        List<String> tuples = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
        HeapFile.showTuples(bytes, 0, 64, new HeapTuple(new CommitLog(source())),
                tuple -> tuples.add(tuple.name(0) + ' ' + tuple.state()));
        return tuples;
    }

    private static byte[] tuple(int xmin, int xmax, int infomask, String name) {
        ByteBuffer tuple = ByteBuffer.allocate(DATA + 64).order(ByteOrder.LITTLE_ENDIAN).putInt(0, xmin).putInt(4, xmax)
                .putShort(20, (short) infomask).put(22, (byte) DATA);
        return tuple.put(DATA, name.getBytes(StandardCharsets.UTF_8)).array();
    }

    private static byte[] page(byte[]... tuples) {
        ByteBuffer page = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
        int upper = 8192;
        int pointer = 24;
        for (byte[] tuple : tuples) {
            upper -= tuple.length;
            page.put(upper, tuple);
            page.putInt(pointer, upper | 1 << 15 | tuple.length << 17);
            pointer += 4;
        }
        return page.putShort(12, (short) pointer).putShort(14, (short) upper).putShort(16, (short) 8192).array();
    }
}
