package dev.neon.sync.http;

import dev.neon.sync.RepositoryEndpoint;
import java.nio.file.Path;

/** Opens repositories for others. Several threads may open the same one. */
public interface Repositories {
    /**
     * Opens one for a request; the caller closes it.
     *
     * @param name  below the root, as the other side calls it
     * @param place its directory
     */
    RepositoryEndpoint open(String name, Path place);
}
