package dev.neon.compute.instance;

import dev.neon.compute.process.Host;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.snapshot.DataDirectoryFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The command line of a server. What stands on it wins over {@code postgresql.conf}, {@code include}d files and ALTER
 * SYSTEM ({@code REL_17 guc.h GucSource}), so here is everything that a branch may not get wrong.
 */
final class ServerCommand {
    /** What neon decides alone; see docs/running-a-branch.md. The values neutralise what an imported cluster may bring. */
    static final List<String> FORCED = List.of(
            // REL_17 xlog.c KeepLogSeg: the accepted maximum, so that no segment is ever removed or recycled.
            "wal_keep_size=2147483647MB",
            "archive_mode=off", "archive_command=", "restore_command=", "archive_cleanup_command=",
            "recovery_end_command=", "recovery_target=", "recovery_target_lsn=", "recovery_target_name=",
            "recovery_target_time=", "recovery_target_xid=", "primary_conninfo=", "primary_slot_name=",
            // Without the standbys of the imported cluster, a commit would wait for good.
            "synchronous_standby_names=",
            "logging_collector=off", "log_destination=stderr");

    private static final Set<String> OWN = Set.of("port", "listen_addresses", "unix_socket_directories",
            "data_directory", "hba_file", "ident_file", "config_file", "external_pid_file",
            "default_transaction_read_only");

    private ServerCommand() {}

    /** The arguments after the program's name. */
    static List<String> arguments(StartRequest request, Path dataDirectory, Path socketDirectory, int port,
                                  Host host) {
        List<String> settings = new ArrayList<>(request.settings());
        settings.addAll(standalone(dataDirectory, settings));
        settings.add("port=" + port);
        settings.add("listen_addresses=" + request.listen().orElse(StartRequest.DEFAULT_LISTEN));
        settings.add("unix_socket_directories=" + quoted(socketDirectory));
        settings.add("hba_file=" + dataDirectory.resolve("pg_hba.conf"));
        settings.add("ident_file=" + dataDirectory.resolve("pg_ident.conf"));
        // Empty is taken for a name that cannot be written, and complained of.
        settings.add("external_pid_file=" + dataDirectory.resolve(DataDirectoryFiles.EXTERNAL_PID_FILE));
        // REL_14 and later, Linux only: one call instead of an fsync for each file before a crash recovery.
        if (host.hasSyncfs()) {
            settings.add("recovery_init_sync_method=syncfs");
        }
        if (request.readOnly()) {
            settings.add("default_transaction_read_only=on");
        }
        List<String> arguments = new ArrayList<>(List.of("-D", dataDirectory.toString()));
        for (String setting : settings) {
            arguments.add("-c");
            arguments.add(setting);
        }
        return arguments;
    }

    /** What holds for any program that opens the data directory, beside the {@code given} settings. */
    static List<String> standalone(Path dataDirectory, List<String> given) {
        List<String> settings = new ArrayList<>(FORCED);
        // In postgresql.conf it would lead to another cluster in spite of -D (REL_17 guc.c SelectConfigFiles).
        settings.add("data_directory=" + dataDirectory);
        if (given.stream().noneMatch(setting -> name(setting).equals(WalLevel.NAME))) {
            settings.add(WalLevel.NAME + "=" + WalLevel.of(dataDirectory));
        }
        return settings;
    }

    /** As the server reads it: {@code -c Wal-Level=…} sets {@code wal_level} (REL_17 guc.c ParseLongOption). */
    private static String name(String setting) {
        int equals = setting.indexOf('=');
        return equals < 0 ? "" : setting.substring(0, equals).strip().replace('-', '_').toLowerCase(Locale.ROOT);
    }

    /** @throws InvalidInputException if a setting of the user is not {@code name=value} or is one that neon decides */
    static void check(String setting) {
        String name = name(setting);
        if (name.isEmpty()) {
            throw new InvalidInputException("invalid setting '" + setting + "'",
                    "Settings are given as name=value, for example -c work_mem=64MB.");
        }
        if (name.equals(WalLevel.NAME)) {
            WalLevel.check(setting.substring(setting.indexOf('=') + 1));
        }
        boolean forced = FORCED.stream().anyMatch(value -> value.startsWith(name + "="));
        if (forced || OWN.contains(name)) {
            throw new InvalidInputException("setting '" + name + "' is decided by neon",
                    name.equals("port") ? "Use --port." : name.equals("listen_addresses") ? "Use --listen."
                            : "See docs/running-a-branch.md for the reason.");
        }
    }

    /** One entry of a list setting: quoted, so that a comma or a space in a path stays part of it. */
    private static String quoted(Path path) {
        return '"' + path.toString().replace("\"", "\"\"") + '"';
    }
}
