package dev.neon.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A pgBackRest repository beside a running server. */
final class PgBackRest {
    private final Lab lab;
    private final Path data;
    private final Path directory;
    private final String program;

    PgBackRest(Lab lab, Path data) {
        this.lab = lab;
        this.data = data;
        this.directory = lab.path("pgbackrest");
        this.program = lab.find("pgbackrest").orElseThrow().toString();
    }

    /** What its server has to be started with. */
    String[] settings() {
        try {
            Files.createDirectories(directory.resolve("repository"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new String[] {"archive_mode=on", "archive_command=" + program + " --config=" + config()
                + " --stanza=bench archive-push %p", "unix_socket_directories=" + directory};
    }

    /** For a server that is stopped when it is backed up. */
    void createOffline() {
        settings();
        writeConfig(0);
        run("--no-online", "stanza-create");
    }

    void create(int port) {
        writeConfig(port);
        run("stanza-create");
    }

    private void writeConfig(int port) {
        try {
            Files.writeString(config(), """
                    [global]
                    repo1-path=%1$s/repository
                    repo1-retention-full=20
                    lock-path=%1$s/lock
                    spool-path=%1$s/spool
                    log-path=%1$s
                    log-level-file=off
                    log-level-console=error
                    start-fast=y
                    compress-type=zst
                    process-max=2
                    [bench]
                    pg1-path=%2$s
                    pg1-socket-path=%1$s
                    %3$s
                    pg1-user=postgres
                    """.formatted(directory, data, port == 0 ? "" : "pg1-port=" + port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where its backups are. */
    Path repository() {
        return directory.resolve("repository");
    }

    /** The newest backup of a server that was stopped: its very files. */
    Path restoreOffline(Path target) {
        try {
            Files.createDirectory(target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run("--pg1-path=" + target, "--type=none", "restore");
        return target;
    }

    /** Runs it; returns milliseconds. */
    double run(String... words) {
        List<String> command = new ArrayList<>(List.of(program, "--config=" + config(), "--stanza=bench"));
        command.addAll(List.of(words));
        return Program.run(lab.path("."), Map.of(), command).millis();
    }

    /** The state at the end of the newest backup, nothing replayed beyond. */
    Path restore(Path target) {
        try {
            Files.createDirectory(target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run("--pg1-path=" + target, "--type=immediate", "--target-action=promote", "restore");
        return target;
    }

    private Path config() {
        return directory.resolve("pgbackrest.conf");
    }
}
