package dev.neon.repo.files;

/** The machine stops here: an Error, so that no code under test handles it. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1;

    SimulatedCrash(int step) {
        super("crash at step " + step, null, false, false);
    }
}
