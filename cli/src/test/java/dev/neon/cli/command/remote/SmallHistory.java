package dev.neon.cli.command.remote;

import dev.neon.cli.CommandLine;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.TimelineForks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Two repositories of which one has all of the other's history, of a few megabytes: WAL of a real cluster in segments of 1 MiB, and
 * a snapshot of few of its files. The older one is a clone and has main at the snapshot. In the newer one main has gone on, and the branch
 * dev was forked from it where the older one ends, and written.
 */
record SmallHistory(Path older, Path newer) {
    static final RefName MAIN = RefName.branch("main");
    static final RefName DEV = RefName.branch("dev");
    static final RefName TAG = RefName.tag("v1");

    static SmallHistory make(Path directory) throws Exception {
        Path whole = directory.resolve("whole");
        try (PlainCluster cluster = PlainCluster.initdb(whole, TestPostgres.major(18), "--wal-segsize=1")) {
            Files.writeString(whole.resolve("postgresql.conf"), "wal_keep_size = 64MB\nautovacuum = off\n", StandardOpenOption.APPEND);
            cluster.start();
            cluster.execute("CREATE TABLE t (a int, b text)");
            cluster.stop();
        }
        Path few = few(whole, Files.createDirectory(directory.resolve("few")));
        RemoteLab.copy(whole, directory.resolve("other"));
        Files.setPosixFilePermissions(directory.resolve("other"), PosixFilePermissions.fromString("rwx------"));
        CommandLine neon = new CommandLine(Files.createDirectory(directory.resolve("newer")));
        neon.ok("init", "--from", few.toString());
        new CommandLine(directory).ok("clone", "newer", "older");
        Repository newer = Repositories.open(neon.repository());
        TimelineId main = newer.timelines().list().getFirst();
        Lsn fork = Repositories.wal(newer).end(main);
        TimelineId dev = TimelineId.random();
        new TimelineForks(newer, Repositories.wal(newer)).fork(dev, main, fork, "test", Optional.empty());
        write(whole, newer.timelines().walDirectory(main), 9000);
        write(directory.resolve("other"), newer.timelines().walDirectory(dev), 7000);
        newer.refs().begin("test").create(DEV, new RefTarget.Timeline(dev))
                .create(TAG, new RefTarget.Point(main, fork, Optional.of("a tag"), Optional.empty(), Optional.empty())).commit();
        Repositories.requireSound(newer);
        return new SmallHistory(directory.resolve("older/.neon"), neon.repository());
    }

    /** The files without which an import is refused. */
    private static Path few(Path whole, Path few) throws IOException {
        for (String name : List.of("global", "pg_wal", "pg_xact", "pg_tblspc", "base", "pg_notify", "pg_multixact",
                "pg_multixact/offsets", "pg_multixact/members", "pg_commit_ts", "pg_twophase", "pg_logical")) {
            Files.createDirectory(few.resolve(name));
        }
        for (String name : List.of("PG_VERSION", "global/pg_control", "global/pg_filenode.map", "pg_xact/0000", "pg_multixact/offsets/0000",
                "pg_multixact/members/0000", "global/1262", "postgresql.conf", "pg_hba.conf")) {
            Files.copy(whole.resolve(name), few.resolve(name));
        }
        copyWal(whole, few.resolve("pg_wal"));
        return few;
    }

    private static void write(Path data, Path wal, int rows) throws Exception {
        try (PlainCluster cluster = PlainCluster.at(data, TestPostgres.major(18))) {
            cluster.start();
            cluster.execute("INSERT INTO t SELECT a, md5(a::text) FROM generate_series(1, " + rows + ") a");
            cluster.stop();
        }
        copyWal(data, wal);
    }

    private static void copyWal(Path data, Path target) throws IOException {
        Files.createDirectories(target);
        try (Stream<Path> segments = Files.list(data.resolve("pg_wal"))) {
            for (Path segment : segments.filter(Files::isRegularFile).toList()) {
                Files.copy(segment, target.resolve(segment.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
