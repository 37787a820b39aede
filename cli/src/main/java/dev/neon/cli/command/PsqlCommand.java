package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.Parameters;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Interruption;
import dev.neon.cli.workspace.ServerTarget;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code neon psql}. */
final class PsqlCommand extends Command {
    private final Option<String> database = option("-d", "--dbname").label("name")
            .help("the database, postgres if left out").text();
    private final OptionalParameter<String> branch = parameter("branch").completes(ValueKind.RUNNING)
            .help("the branch, HEAD's if left out").optional();
    private final Parameters<String> arguments = parameter("argument").help("arguments for psql").rest();

    @Override
    public Description description() {
        return Description.of("Run psql on a running branch")
                .text("""
                        Runs the psql that belongs to the server, or the one on the PATH, with all further arguments. Its
                        exit code is neon's.

                        The embedded PostgreSQL has no psql. Where none is installed, neon itself runs SQL that is given with
                        -c or -f or on the standard input, and knows psql's -A, -t, -q, -X and -v ON_ERROR_STOP=1.
                        """)
                .example("neon psql main", "Opens a session on main.")
                .example("neon psql main -c 'select version()'", "Runs a statement.")
                .exits(ExitCode.NEGATIVE, ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT,
                        ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED, ExitCode.UNSUPPORTED,
                        ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) throws IOException {
        Workspace workspace = Workspaces.open(invocation);
        Instance instance = ServerTarget.require(workspace, branch.get());
        String user = Workspaces.user(workspace);
        Optional<Path> psql = instance.binDirectory().map(directory -> directory.resolve("psql")).filter(Files::isExecutable)
                .or(() -> invocation.environment().program("psql"));
        if (psql.isEmpty()) {
            return new BuiltInSql(invocation, instance, user, database.orElse("postgres")).run(arguments.get());
        }
        List<String> command = new ArrayList<>(List.of(psql.get().toString(),
                "-d", instance.connectionString(user, database.orElse("postgres"))));
        command.addAll(arguments.get());
        invocation.output().flush();
        int status = Interruption.await(new ProcessBuilder(command)
                .directory(invocation.environment().directory().toFile()).inheritIO().start());
        return ExitCode.ofProgram(status);
    }
}
