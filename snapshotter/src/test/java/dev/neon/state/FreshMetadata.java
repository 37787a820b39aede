package dev.neon.state;

import dev.neon.postgres.ControlFile;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import java.nio.file.Path;

/** The metadata of a cluster without relations. */
public final class FreshMetadata {
    private FreshMetadata() {}

    public static ClusterMetadata at(PostgresMajor major, Lsn lsn) {
        return new ClusterMetadata(ControlFile.parse(Path.of("pg_control"), TestMetadata.control(major)), lsn);
    }
}
