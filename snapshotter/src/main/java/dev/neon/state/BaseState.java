package dev.neon.state;

import dev.neon.postgres.ClusterState;
import dev.neon.postgres.ControlFile;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the metadata of a data directory whose server has been shut down, or of a copy of one. */
public final class BaseState {
    static final String CONTROL_FILE = "global/pg_control";
    static final String VERSION_FILE = "PG_VERSION";
    static final String MAP_FILE = "pg_filenode.map";
    static final String TABLESPACES = "pg_tblspc";

    static final int DEFAULT_TABLESPACE = 1663;
    static final int GLOBAL_TABLESPACE = 1664;

    private final Path directory;
    private final ClusterMetadata metadata;

    private BaseState(Path directory, ClusterMetadata metadata) {
        this.directory = directory;
        this.metadata = metadata;
    }

    /**
     * @param directory a data directory, or a version 1 snapshot
     * @param lsn       the end of its shutdown checkpoint's record
     * @throws dev.neon.repo.error.ConflictException      if it was not shut down
     * @throws dev.neon.repo.error.CorruptFileException   if a file is damaged
     * @throws dev.neon.repo.error.StorageFailedException if a file cannot be read
     */
    public static ClusterMetadata read(Path directory, Lsn lsn) {
        ControlFile control = ControlFile.read(directory.resolve(CONTROL_FILE));
        if (control.state() != ClusterState.SHUTDOWNED || lsn.minus(control.checkPointLsn()) <= 0) {
            throw new ConflictException("'" + directory + "' is not the state of " + lsn, "Its server was "
                    + control.state() + "; the last checkpoint is at " + control.checkPointLsn() + ".");
        }
        ClusterMetadata metadata = new ClusterMetadata(control, lsn);
        try {
            new BaseState(directory, metadata).fill();
        } catch (IOException e) {
            throw new StorageFailedException("read", directory, e);
        }
        return metadata;
    }

    /** {@code TABLESPACE_VERSION_DIRECTORY}: the directory of a release in a tablespace. */
    static String versionDirectory(PostgresMajor major) {
        return "PG_" + major.number() + "_" + major.catalogVersion();
    }

    private void fill() throws IOException {
        metadata.globalMap(Files.readAllBytes(directory.resolve("global").resolve(MAP_FILE)));
        RelationFiles.read(directory.resolve("global"), GLOBAL_TABLESPACE, 0, metadata.sizes());
        readTablespace(directory.resolve("base"), DEFAULT_TABLESPACE);
        String version = versionDirectory(metadata.major());
        for (Path entry : Directories.list(directory.resolve(TABLESPACES))) {
            Optional<Integer> oid = RelationFiles.oid(entry.getFileName().toString());
            if (oid.isPresent()) {
                String location = Files.isSymbolicLink(entry) ? Files.readSymbolicLink(entry).toString() : "";
                metadata.changeableTablespaces().put(oid.get(), location);
                readTablespace(entry.resolve(version), oid.get());
            }
        }
        for (Slru slru : Slru.values()) {
            metadata.pages(slru, SlruFiles.read(directory, slru, nextPage(slru)));
        }
        TwoPhaseFiles.read(directory, metadata);
        metadata.changeableOrigins().putAll(OriginsFile.read(directory));
    }

    /** Each directory in a tablespace is a database's. */
    private void readTablespace(Path place, int tablespace) throws IOException {
        if (!Files.isDirectory(place)) {
            return;
        }
        for (Path entry : Directories.list(place)) {
            Optional<Integer> database = RelationFiles.oid(entry.getFileName().toString());
            if (database.isPresent() && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                metadata.changeableDatabases().put(new DatabaseDirectory(tablespace, database.get()),
                        new DatabaseFiles(Files.exists(entry.resolve(VERSION_FILE)), map(entry)));
                RelationFiles.read(entry, tablespace, database.get(), metadata.sizes());
            }
        }
    }

    private static byte[] map(Path database) throws IOException {
        try {
            return Files.readAllBytes(database.resolve(MAP_FILE));
        } catch (NoSuchFileException elsewhere) {
            return new byte[0];
        }
    }

    /** The page that the next entry belongs to. */
    private int nextPage(Slru slru) {
        Counters counters = metadata.counting();
        return slru.pageOf(switch (slru) {
            case XACT, COMMIT_TS -> counters.nextXid();
            case MULTIXACT_OFFSETS -> counters.nextMulti();
            case MULTIXACT_MEMBERS -> counters.nextMember();
        });
    }
}
