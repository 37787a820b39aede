package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Json;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.FormatUpgrade;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code neon upgrade}. */
final class UpgradeCommand extends Command {
    private final Flag dryRun = flag("-n", "--dry-run").help("say what would be done, and change nothing");
    private final Flag json = json();

    @Override
    public Description description() {
        return Description.of("Bring a repository to the newest format")
                .text("""
                        Snapshots that are copies of data directories become images of pages, which take a fraction of the \
                        room and can have later snapshots laid on them that hold only what has changed. Each image is read \
                        back and compared with its copy before it takes the copy's place. Copies that were made of a running \
                        server stay as they are, and can be used as before.

                        Servers may run. When the command is interrupted, nothing is lost, and another run goes on where it \
                        was. On disk there has to be as much room as the largest copy takes. An older neon cannot read the \
                        repository afterwards.
                        """)
                .example("neon upgrade --dry-run", "Lists what would be changed.")
                .example("neon upgrade", "Upgrades the repository.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.BUSY, ExitCode.INVALID_INPUT,
                        ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        Repository repository = workspace.repository();
        int from = repository.formatVersion();
        FormatUpgrade upgrade = new FormatUpgrade(repository, workspace.snapshots());
        Output output = invocation.output();
        List<FormatUpgrade.Step> steps = new ArrayList<>();
        if (dryRun.isSet()) {
            steps.addAll(upgrade.plan());
            steps.forEach(step -> say(output, line(step)));
        } else {
            upgrade.run(step -> {
                steps.add(step);
                say(output, line(step));
            });
        }
        if (json.isSet()) {
            output.json(out -> out.object(() -> print(out, from, steps)));
        } else if (from == Repository.NEWEST_FORMAT) {
            output.line("the repository is of format version " + from);
        } else {
            output.line("format version " + from + (dryRun.isSet() ? " would become " : " has become ")
                    + Repository.NEWEST_FORMAT);
        }
        return ExitCode.OK;
    }

    private void say(Output output, String line) {
        if (!json.isSet()) {
            output.line(line);
        }
    }

    private String line(FormatUpgrade.Step step) {
        String bytes = Sizes.bytes(step.bytes());
        return "timeline " + step.snapshot().timeline() + ", snapshot at " + step.snapshot().lsn() + ": "
                + switch (step.action()) {
                    case CONVERT -> dryRun.isSet() ? "a copy of " + bytes + " would become an image"
                            : "an image of " + bytes;
                    case CLEAN -> (dryRun.isSet() ? "what is left of a copy would be removed"
                            : "what was left of a copy is removed") + ", " + bytes;
                    case KEEP -> "stays a copy of a running server, " + bytes;
                };
    }

    private void print(Json out, int from, List<FormatUpgrade.Step> steps) {
        out.put("from", from).put("to", Repository.NEWEST_FORMAT).put("dryRun", dryRun.isSet());
        out.putArray("snapshots", steps, step -> out.object(() ->
                out.put("timeline", step.snapshot().timeline().hex()).put("lsn", step.snapshot().lsn().toString())
                        .put("action", step.action().name().toLowerCase(Locale.ROOT)).put("bytes", step.bytes())));
    }
}
