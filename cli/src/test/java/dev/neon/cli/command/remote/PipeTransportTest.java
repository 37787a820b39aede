package dev.neon.cli.command.remote;

import dev.neon.sync.Remote;
import java.nio.file.Path;

/** The protocol over pipes, in one process. */
class PipeTransportTest extends TransportContract {
    @Override
    Remote open(Path repository) {
        return PipedRemote.open("there", Repositories.open(repository));
    }
}
