package dev.neon.compute.mustshow;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.process.ProgramRun;
import dev.neon.compute.process.ServerUser;
import dev.neon.compute.workspace.RepositorySetup;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Repositories whose cluster was made by initdb itself, and so has a segment size that neon would not choose. */
final class TestCluster {
    private TestCluster() {}

    static TestWorkspace imported(Path directory, PostgresBinaries postgres, int segmentMegabytes) throws IOException {
        ServerUser user = ServerUser.current();
        Path data = Files.createDirectory(directory.resolve("cluster"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        user.own(data);
        ProgramRun.of(user.wrap(List.of(postgres.program("initdb").toString(), "-D", data.toString(), "-U", "postgres",
                "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync",
                "--wal-segsize=" + segmentMegabytes)), Duration.ofMinutes(2)).orThrow("initdb has failed.");
        Path neon = directory.resolve(Repository.DIRECTORY_NAME);
        new RepositorySetup(TestWorkspace.context(), TestWorkspace.source(), TestPostgres.cache())
                .importFrom(neon, "main", data, Optional.empty(), Optional.of(postgres.binDir()));
        return TestWorkspace.open(neon, postgres);
    }
}
