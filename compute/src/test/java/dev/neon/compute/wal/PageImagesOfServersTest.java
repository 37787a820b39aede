package dev.neon.compute.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.postgres.ControlFile;
import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.ImageCompression;
import dev.neon.postgres.RelationPath;
import dev.neon.repo.Lsn;
import dev.neon.wal.PageImages;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Where the last record that changed a page holds its image, the page on disk is what the image gives: but for what the
 * server sets later, and for what it had left in the hole, which means nothing.
 */
class PageImagesOfServersTest {
    /** pd_lsn and pd_checksum, which the server sets when it has the record and when it writes the page. */
    private static final int SET_LATER = 10;

    @TempDir
    Path home;

    private record Server(String name, PostgresBinaries binaries) {
        @Override
        public String toString() {
            return name;
        }
    }

    private record Page(String path, int block) {}

    private record Image(byte[] page, int holeOffset, int holeLength, ImageCompression compression) {}

    static Stream<Server> servers() {
        return Stream.concat(
                TestPostgres.someMajors().mapToObj(major -> new Server("embedded " + major, TestPostgres.major(major))),
                TestPostgres.debian15().stream().map(binaries -> new Server("Debian's 15", binaries)));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void imagesArePages(Server server) throws Exception {
        for (ImageCompression method : ImageCompression.values()) {
            try (PlainCluster cluster = PlainCluster.init(home.resolve(method.name()), server.binaries())) {
                Lsn first = ControlFile.read(cluster.data().resolve("global/pg_control")).checkPointLsn();
                cluster.configure("autovacuum = off", "fsync = off", "wal_keep_size = 1GB", "max_wal_size = 4GB")
                        .start();
                if (isKnown(cluster, method)) {
                    Map<Page, Image> images = lastImages(cluster, first, write(cluster, method));
                    for (Map.Entry<Page, Image> image : images.entrySet()) {
                        compare(image.getValue(), onDisk(cluster.data(), image.getKey()),
                                server + " " + method + " " + image.getKey());
                    }
                    long count = images.values().stream().filter(image -> image.compression() == method).count();
                    assertTrue(count > 500, () -> server + " " + method + ": " + count + " of " + images.size());
                }
            }
        }
    }

    /** Not every server was built with every method; 14 has pglz and no choice. */
    private static boolean isKnown(PlainCluster cluster, ImageCompression method) throws Exception {
        return !cluster.query("select 1 from pg_settings where name = 'wal_compression' and '" + setting(method)
                + "' = any (coalesce(enumvals, '{on,off}'))").isEmpty();
    }

    private static String setting(ImageCompression method) {
        return switch (method) {
            case NONE -> "off";
            case PGLZ -> "on";
            case LZ4 -> "lz4";
            case ZSTD -> "zstd";
        };
    }

    /** Writes images of heap and index pages, stops the server, and tells the files of these. */
    private static Set<String> write(PlainCluster cluster, ImageCompression method) throws Exception {
        cluster.execute("alter system set wal_compression = " + setting(method), "select pg_reload_conf()");
        cluster.execute("create table t as select a, 'row ' || a || repeat(' and so on', a % 40) || md5(a::text) as b"
                + " from generate_series(1, 10000) a", "checkpoint", "vacuum freeze t", "create index on t (a)",
                "create index on t (b)", "create index on t using gin (string_to_array(b, ' '))",
                "create index on t using spgist (b)", "checkpoint");
        Set<String> files = new HashSet<>(cluster.query("select pg_relation_filepath(oid) from pg_class"
                + " where relname = 't' or relname like 't\\_%idx%'"));
        cluster.stop();
        return files;
    }

    /** Of each page of these files the last image, unless a record without one has changed the page since. */
    private static Map<Page, Image> lastImages(PlainCluster cluster, Lsn first, Set<String> files) {
        Map<Page, Image> images = new HashMap<>();
        WalSource wal = WalSource.of(ControlFile.read(cluster.data().resolve("global/pg_control")).identity(),
                cluster.data().resolve("pg_wal"));
        try (WalReader reader = WalReader.from(wal, first); PageImages restorer = new PageImages()) {
            while (reader.next()) {
                WalRecord record = reader.record();
                for (int id = 0; id < record.blockCount(); id++) {
                    if (!record.hasBlock(id) || record.fork(id) != ForkNumber.MAIN.ordinal()) {
                        continue;
                    }
                    Page page = new Page(RelationPath.of(record.major(), record.locator(id), ForkNumber.MAIN),
                            record.block(id));
                    if (!record.isImageApplied(id)) {
                        images.remove(page);
                    } else if (files.contains(page.path())) {
                        images.put(page, new Image(restorer.restore(record, id), record.holeOffset(id),
                                record.holeLength(id), record.imageCompression(id)));
                    }
                }
            }
        }
        return images;
    }

    private static void compare(Image image, byte[] page, String where) {
        Arrays.fill(page, image.holeOffset(), image.holeOffset() + image.holeLength(), (byte) 0);
        assertArrayEquals(Arrays.copyOfRange(page, SET_LATER, page.length),
                Arrays.copyOfRange(image.page(), SET_LATER, page.length), where);
    }

    private static byte[] onDisk(Path data, Page page) throws IOException {
        byte[] bytes = new byte[WalRecord.PAGE_SIZE];
        try (RandomAccessFile file = new RandomAccessFile(data.resolve(page.path()).toFile(), "r")) {
            file.seek((long) page.block() * bytes.length);
            file.readFully(bytes);
        }
        return bytes;
    }
}
