package dev.neon.compute.process;

import java.nio.file.Path;
import java.util.List;

/** We are not root: PostgreSQL runs as ourselves. */
record SameUser() implements ServerUser {
    @Override
    public List<String> wrap(List<String> command) {
        return command;
    }

    @Override
    public void own(Path tree) {}

    @Override
    public void requireReach(Path directory) {}
}
