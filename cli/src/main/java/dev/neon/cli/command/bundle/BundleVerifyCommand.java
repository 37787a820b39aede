package dev.neon.cli.command.bundle;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.framework.ValueKind;
import dev.neon.repo.error.NotFoundException;
import dev.neon.sync.RemoteRefs;
import dev.neon.sync.wire.Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code neon bundle verify}. */
public final class BundleVerifyCommand extends Command {
    private final Flag json = json();
    private final Parameter<String> file = parameter("file").completes(ValueKind.FILE).help("the bundle").required();

    @Override
    public Description description() {
        return Description.of("Check a bundle and list what it has")
                .text("Reads all of it, compares the checksums, and prints a line <timeline>@<lsn>, a tab and the full name for each ref.")
                .example("neon bundle verify week.bundle", "Checks one.")
                .exits(ExitCode.NOT_FOUND, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Path path = invocation.resolve(Path.of(file.get()));
        if (!Files.isRegularFile(path)) {
            throw new NotFoundException("'" + file.get() + "' is no file", "Check the path.");
        }
        Bundle bundle = new Bundle(file.get(), path);
        RemoteRefs refs = bundle.refs(List.of());
        bundle.verify();
        if (json.isSet()) {
            invocation.output().json(out -> out.array(refs.refs().entrySet(), ref -> out.object(() -> out.put("ref", ref.getKey().full())
                    .put("timeline", ref.getValue().timeline().hex()).put("lsn", ref.getValue().lsn().toString()))));
        } else {
            refs.refs().forEach((name, point) -> invocation.output().line(point.timeline() + "@" + point.lsn() + '\t' + name));
            invocation.output().note("'" + file.get() + "' is whole");
        }
        return ExitCode.OK;
    }
}
