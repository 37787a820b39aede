package dev.neon.compute.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Root, seen as uid 1000 in a user namespace of its own (user_namespaces(7)): files stay root's, nothing is given away,
 * and PostgreSQL finds itself the owner of its data directory.
 */
record MappedUser() implements ServerUser {
    private static final List<String> UNSHARE =
            List.of("unshare", "--user", "--map-user=1000", "--map-group=1000", "--");

    boolean works() {
        return ProgramRun.succeeds(wrap(List.of("true")), Duration.ofSeconds(10));
    }

    @Override
    public List<String> wrap(List<String> command) {
        return Stream.concat(UNSHARE.stream(), command.stream()).toList();
    }

    @Override
    public void own(Path tree) {}

    @Override
    public void requireReach(Path directory) {}
}
