package dev.neon.cli.io;

import java.util.Optional;

/** Which neon this is. */
public final class Version {
    private Version() {}

    /** As the build has written it into the jar. */
    public static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion()).orElse("development build");
    }
}
