package dev.neon.compute.process;

import java.util.Optional;

/** Holds the user from when it was first asked for: detecting it starts a program. Safe for threads. */
final class CurrentUser {
    private static Optional<ServerUser> detected = Optional.empty();

    private CurrentUser() {}

    /** Who asks while another one detects it waits; what fails fails for each. */
    static synchronized ServerUser get() {
        if (detected.isEmpty()) {
            detected = Optional.of(ServerUser.detect(Host.current()));
        }
        return detected.get();
    }
}
