package dev.neon.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A restic repository with one data directory of a stopped server in it. */
record Restic(Lab lab, Path data) {
    static Restic init(Lab lab, Path data) {
        Restic restic = new Restic(lab, data);
        restic.run("init");
        return restic;
    }

    /** Milliseconds. */
    double backup() {
        return run("backup", data.toString());
    }

    /** Restores the newest backup; returns where the data directory is. */
    Path restore(Path target) {
        run("restore", "latest", "--target", target.toString());
        Path restored = target.resolve(Path.of("/").relativize(data));
        Program.run(lab.path("."), Map.of(), "chmod", "700", restored.toString());
        return restored;
    }

    /** Where its backups are. */
    Path repository() {
        return lab.path("restic");
    }

    /** Runs it; returns milliseconds. */
    double run(String... words) {
        List<String> command = new ArrayList<>(List.of(lab.find("restic").orElseThrow().toString(), "--quiet",
                "--repo", repository().toString()));
        command.addAll(List.of(words));
        return Program.run(lab.path("."), Map.of("RESTIC_PASSWORD", "bench", "RESTIC_CACHE_DIR",
                lab.path("restic-cache").toString()), command).millis();
    }
}
