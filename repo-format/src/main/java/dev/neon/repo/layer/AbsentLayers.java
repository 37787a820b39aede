package dev.neon.repo.layer;

import java.nio.file.Path;

/** Who is asked for a layer whose file is not there. */
@FunctionalInterface
public interface AbsentLayers {
    /** What is not there is lost. */
    AbsentLayers LOST = (_, _) -> { };

    /**
     * Puts the file in its place, if somebody has promised it; else does nothing. Several threads may call it.
     *
     * @param directory the snapshot's
     */
    void bring(Path directory, LayerFile layer);
}
