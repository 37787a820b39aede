package dev.neon.compute.state;

import dev.neon.page.Page;
import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.RelationPath;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.layer.ForkKey;
import dev.neon.state.ClusterMetadata;
import dev.neon.state.DataDirectorySkeleton;
import dev.neon.state.Slru;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A data directory of the skeleton, with pages of relations out of another. */
final class BuiltDirectory {
    private static final List<String> SETTINGS =
            List.of("postgresql.conf", "postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf");

    private BuiltDirectory() {}

    /** @param pages a data directory in which relations have the pages that they had at the point */
    static void build(ClusterMetadata metadata, SlruContents slrus, byte[] control, Path pages, Path target)
            throws Exception {
        DataDirectorySkeleton.write(metadata, control, new NioFileSteps(), target);
        for (ForkKey fork : metadata.forks()) {
            if (Slru.of(fork).isEmpty()) {
                ForkNumber number = ForkNumber.values()[fork.fork()];
                copy(pages, target, RelationPath.of(metadata.major(), fork.relation(), number), metadata.blocks(fork));
                if (number == ForkNumber.INIT) {
                    String main = RelationPath.of(metadata.major(), fork.relation(), ForkNumber.MAIN);
                    Files.copy(target.resolve(main + "_init"), target.resolve(main));
                }
            }
        }
        slrus.write(target, metadata);
        for (String name : SETTINGS) {
            if (Files.exists(pages.resolve(name))) {
                Files.copy(pages.resolve(name), target.resolve(name));
            }
        }
        Files.createDirectories(target.resolve("pg_wal/archive_status"));
    }

    private static void copy(Path from, Path to, String name, int blocks) throws Exception {
        Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        try (RandomAccessFile file = new RandomAccessFile(to.resolve(name).toFile(), "rw")) {
            file.setLength((long) blocks * Page.SIZE);
        }
    }
}
