package dev.neon.compute.process;

/** Holds the user until first asked for: detecting it starts a program. */
final class CurrentUser {
    static final ServerUser INSTANCE = ServerUser.detect(Host.current());

    private CurrentUser() {}
}
