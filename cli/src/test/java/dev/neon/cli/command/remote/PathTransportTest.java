package dev.neon.cli.command.remote;

import dev.neon.sync.Remote;
import java.nio.file.Path;

/** A repository on the same file system. */
class PathTransportTest extends TransportContract {
    @Override
    Remote open(Path repository) {
        return Repositories.endpoint("there", Repositories.open(repository));
    }
}
