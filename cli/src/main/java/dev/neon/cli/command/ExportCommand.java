package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.revision.Point;
import dev.neon.snapshot.DataDirectoryBuilder;
import dev.neon.snapshot.RedoEngine;
import java.nio.file.Path;

/** {@code neon export}. */
final class ExportCommand extends Command {
    private final Option<RedoEngine> redo = RedoOption.of(option("--redo"));
    private final Flag json = json();
    private final Parameter<String> revision = parameter("revision").completes(ValueKind.REVISIONS)
            .help("the point to export").required();
    private final Parameter<Path> directory = parameter("directory").completes(ValueKind.DIRECTORY)
            .help("the data directory to make; must not exist").required(Path::of);

    @Override
    public Description description() {
        return Description.of("Write a data directory that PostgreSQL starts without neon")
                .text("""
                        Writes the state at a revision as a plain data directory, WAL included. 'postgres -D <directory>' of
                        the same major version opens it at exactly that point; where WAL has to be replayed, its first start
                        does so. Nothing in it refers to the repository.
                        """)
                .example("neon export v1 /srv/restored", "Writes the state that the tag v1 names.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.ALREADY_EXISTS, ExitCode.INVALID_INPUT,
                        ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        Point point = Workspaces.point(workspace, invocation.output(), revision.get());
        Path target = invocation.resolve(directory.get());
        DataDirectoryBuilder.Built built =
                workspace.dataDirectories().export(point.timeline(), point.lsn(), target, redo.orElse(RedoEngine.NEON));
        if (json.isSet()) {
            invocation.output().json(out -> out.object(() -> out.put("directory", target.toString())
                    .put("timeline", point.timeline().hex()).put("lsn", point.lsn().toString())
                    .put("replayBytes", built.replay())));
        } else {
            invocation.output().line("exported " + point.lsn() + " to " + directory.get()
                    + (built.replay() == 0 ? "" : "; its first start replays " + Sizes.bytes(built.replay())
                    + " of WAL"));
        }
        return ExitCode.OK;
    }
}
