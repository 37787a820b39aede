package dev.neon.bench;

import java.nio.file.Path;
import java.util.Map;

/** A borg repository with one data directory of a stopped server in it. */
record Borg(Lab lab, Path data) {
    static Borg init(Lab lab, Path data) {
        Borg borg = new Borg(lab, data);
        borg.run("init", "-e", "none", borg.repository().toString());
        return borg;
    }

    Path repository() {
        return lab.path("borg");
    }

    /** Milliseconds. */
    double backup(String name) {
        return run("create", "--compression", "zstd,3", repository() + "::" + name, data.toString());
    }

    private double run(String... words) {
        String[] command = new String[words.length + 1];
        command[0] = lab.find("borg").orElseThrow().toString();
        System.arraycopy(words, 0, command, 1, words.length);
        return Program.run(lab.path("."), Map.of("BORG_BASE_DIR", lab.path("borg-home").toString(), "LC_ALL",
                "C.UTF-8"), command).millis();
    }
}
