package dev.neon.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.neon.postgres.ClusterState;
import dev.neon.postgres.ControlFile;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.layer.ForkKey;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Data directories in memory: what the skeleton writes is what is read from it. */
class BaseStateTest {
    private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());
    private final Path data = memory.getPath("/data");

    @AfterEach
    void close() throws IOException {
        memory.close();
    }

    private static ClusterMetadata metadata(PostgresMajor major) {
        ClusterMetadata metadata = TestMetadata.of(major.number()).metadata();
        metadata.globalMap(new byte[] {1, 2, 3});
        metadata.changeableTablespaces().put(16500, "");
        metadata.changeableDatabases().put(new DatabaseDirectory(1663, 5), new DatabaseFiles(true, new byte[] {7}));
        metadata.changeableDatabases().put(new DatabaseDirectory(1663, 6), new DatabaseFiles(true, new byte[0]));
        metadata.changeableDatabases().put(new DatabaseDirectory(16500, 5), DatabaseFiles.NONE);
        metadata.changeableTwoPhase().put(0x5000002F0L, new byte[] {1, 2});
        metadata.changeableTwoPhase().put(0x4FFFFFFF0L, new byte[] {3});
        metadata.changeableOrigins().putAll(Map.of(3, new Lsn(77), 0xFFFE, new Lsn(-1)));
        return metadata;
    }

    private SyntheticCheckpoint write(ClusterMetadata metadata) {
        SyntheticCheckpoint checkpoint = new SyntheticCheckpoint(metadata, Instant.ofEpochSecond(1_800_000_000));
        DataDirectorySkeleton.write(metadata, checkpoint.controlFile(), new NioFileSteps(), data);
        return checkpoint;
    }

    @ParameterizedTest
    @EnumSource
    void theSkeletonIsReadAsItWasWritten(PostgresMajor major) {
        ClusterMetadata metadata = metadata(major);
        SyntheticCheckpoint checkpoint = write(metadata);
        ClusterMetadata read = BaseState.read(data, checkpoint.end());
        assertEquals(metadata.counters(), read.counters());
        assertEquals(metadata.parameters(), read.parameters());
        assertEquals(metadata.databases(), read.databases());
        assertEquals(metadata.tablespaces(), read.tablespaces());
        assertEquals(metadata.origins(), read.origins());
        assertEquals(metadata.twoPhase().keySet(), read.twoPhase().keySet());
        metadata.twoPhase().forEach((xid, state) -> assertArrayEquals(state, read.twoPhase().get(xid)));
        assertArrayEquals(metadata.globalMap(), read.globalMap());
        assertEquals(checkpoint.start(), read.lastRecord());
        assertEquals(checkpoint.start(), read.checkPoint().redo());
        assertEquals(Instant.ofEpochSecond(1_800_000_000), read.checkPoint().time());
    }

    /** A server that recovers has the others from WAL. */
    @Test
    void whoRecoversIsGivenWhatWasPreparedBeforeTheCheckpoint() throws IOException {
        ClusterMetadata metadata = metadata(PostgresMajor.V18);
        metadata.checkPoint(new Lsn(0x2000028),
                TestMetadata.counters(0x5000002F0L, 3, 4).toBytes(PostgresMajor.V18, 1));
        DataDirectorySkeleton.write(metadata, SyntheticCheckpoint.controlFileInProduction(metadata),
                new NioFileSteps(), data);
        assertEquals(List.of("00000004FFFFFFF0"), Directories.list(data.resolve("pg_twophase")).stream()
                .map(file -> file.getFileName().toString()).toList());
    }

    @Test
    void namesOfFilesTellForks() throws IOException {
        ClusterMetadata metadata = metadata(PostgresMajor.V18);
        SyntheticCheckpoint checkpoint = write(metadata);
        file("base/5/16384", 3 * 8192);
        file("base/5/16384_vm", 8192 + 100);
        file("base/5/16384_fsm", 8192);
        file("base/5/16385", 5 * 8192);
        file("base/5/16385_init", 0);
        file("base/5/16385_vm", 8192);
        file("base/5/t3_16386", 8192);
        file("base/5/pg_internal.init", 8192);
        file("base/5/4294967295", 0);
        file("base/5/4294967296", 0);
        file("base/5/16387.1", 8192);
        file("global/1262", 2 * 8192);
        file("pg_tblspc/16500/PG_18_202506291/5/16388", 8192);
        Files.createDirectories(data.resolve("base/pgsql_tmp"));
        ClusterMetadata read = BaseState.read(data, checkpoint.end());
        assertEquals(List.of("1663/5/16384.0 3", "1663/5/16384.2 1", "1663/5/16385.3 0", "1663/5/16387.0 0",
                "1663/5/4294967295.0 0", "1664/0/1262.0 2", "16500/5/16388.0 1"),
                read.sizes().forks().stream().map(fork -> fork + " " + read.blocks(fork)).toList());
    }

    @Test
    void filesOfAGibibyteFollowEachOther() throws IOException {
        ForkSizes sizes = new ForkSizes();
        Path directory = Files.createDirectories(Files.createTempDirectory("forks").resolve("5"));
        try {
            for (String name : List.of("7", "7.1", "7.2", "8", "8.1")) {
                try (RandomAccessFile file = new RandomAccessFile(directory.resolve(name).toFile(), "rw")) {
                    // The first of the other fork is not full, so what follows does not count.
                    file.setLength(name.equals("7.2") ? 8192 : name.equals("8") ? 3 * 8192 : 1L << 30);
                }
            }
            RelationFiles.read(directory, 1663, 5, sizes);
        } finally {
            for (Path file : Directories.list(directory)) {
                Files.delete(file);
            }
            Files.delete(directory);
            Files.delete(directory.getParent());
        }
        assertEquals(2 * 131072 + 1, sizes.blocks(new ForkKey(new RelFileLocator(1663, 5, 7), 0)));
        assertEquals(3, sizes.blocks(new ForkKey(new RelFileLocator(1663, 5, 8), 0)));
    }

    @Test
    void slrusAreTheFilesThatLeadToTheOneInUse() throws IOException {
        ClusterMetadata metadata = metadata(PostgresMajor.V18);
        metadata.counters(TestMetadata.counters(0x600000100L, 3, 4));
        SyntheticCheckpoint checkpoint = write(metadata);
        file("pg_xact/0000", 8192);
        file("pg_xact/0FFF", 32 * 8192);
        file("pg_xact/0FFE", 32 * 8192);
        file("pg_xact/0500", 32 * 8192);
        file("pg_multixact/members/0000", 8192);
        ClusterMetadata read = BaseState.read(data, checkpoint.end());
        assertEquals(List.of(new BlockRange(0, 1), new BlockRange(0xFFE * 32, 0x1000 * 32)),
                read.ranges(Slru.XACT.fork()));
        assertEquals(List.of(new BlockRange(0, 1)), read.ranges(Slru.MULTIXACT_MEMBERS.fork()));
        assertEquals(List.of(), read.ranges(Slru.COMMIT_TS.fork()));
    }

    @Test
    void whatWasNotShutDownIsRefused() throws IOException {
        SyntheticCheckpoint checkpoint = write(metadata(PostgresMajor.V17));
        Path control = data.resolve("global/pg_control");
        Files.write(control, ControlFile.read(control).inProduction());
        assertThrows(ConflictException.class, () -> BaseState.read(data, checkpoint.end()));
        Files.write(control, checkpoint.controlFile());
        assertEquals(ClusterState.SHUTDOWNED, ControlFile.read(control).state());
        assertThrows(ConflictException.class, () -> BaseState.read(data, checkpoint.start()));
        Files.write(data.resolve("pg_twophase/00000005000002F0"), new byte[9]);
        assertThrows(CorruptFileException.class, () -> BaseState.read(data, checkpoint.end()));
    }

    @Test
    void anExternalTablespaceIsRefused() {
        ClusterMetadata metadata = metadata(PostgresMajor.V16);
        metadata.changeableTablespaces().put(16501, "/somewhere");
        assertThrows(UnsupportedException.class, () -> write(metadata));
    }

    private void file(String name, int length) throws IOException {
        Files.write(data.resolve(name), new byte[length]);
    }
}
