package dev.neon.cli.command.wal;

import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.io.Json;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.inspect.WalDefect;
import dev.neon.inspect.WalRange;
import dev.neon.inspect.WalVerification;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.progress.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code neon wal verify}. */
public final class WalVerifyCommand extends WalCommand {
    private final Flag all = flag("-a", "--all").help("the WAL of all timelines, each one's own");
    private final Flag json = json();

    /** What was verified of a range that goes by this name; the name of a timeline is its id. */
    private record Outcome(Optional<TimelineId> timeline, WalVerification verified, List<WalDefect> defects) {}

    @Override
    public Description description() {
        return Description.of("Check that the write-ahead log is whole and of a known form")
                .text("""
                        Reads every record with its checksum and its link to the one before, and decodes it. Each defect \
                        is told with the LSN, the file and the offset in it, what was found and what was expected; reading \
                        goes on with the next record that can be found behind. What merely ends, as WAL does, is no defect, \
                        unless the range names a later end.

                        The exit code is 9 if WAL is damaged, 12 if it is whole but has records of a form that neon does \
                        not know. Of an extension's resource manager only the first record is told.

                        """ + RANGES)
                .example("neon wal verify", "Checks the WAL of the current branch and its ancestors.")
                .example("neon wal verify v1..main", "Checks what was written since a tag.")
                .example("neon wal verify --all", "Checks all WAL of the repository.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) throws InterruptedException {
        if (all.isSet() && (isRangeGiven() || isPlain())) {
            throw new UsageException("'--all' and a range exclude each other");
        }
        Output output = invocation.output();
        List<Outcome> outcomes = new ArrayList<>();
        if (all.isSet()) {
            Workspace workspace = Workspaces.open(invocation);
            for (TimelineId timeline : workspace.repository().timelines().list()) {
                outcomes.add(verify(invocation, ranges(workspace).own(timeline), Optional.of(timeline)));
            }
        } else {
            outcomes.add(verify(invocation, range(invocation), Optional.empty()));
        }
        if (json.isSet()) {
            output.json(out -> out.array(outcomes, outcome -> out.object(() -> print(out, outcome))));
        }
        return exitCode(outcomes);
    }

    private Outcome verify(Invocation invocation, WalRange range, Optional<TimelineId> timeline)
            throws InterruptedException {
        Output output = invocation.output();
        List<WalDefect> defects = new ArrayList<>();
        Consumer<WalDefect> each = json.isSet() ? defects::add : defect -> {
            defects.add(defect);
            output.line(line(defect));
        };
        WalVerification verified;
        try (Progress.Task task = invocation.progress().begin("verifying WAL", Progress.UNKNOWN_TOTAL,
                Progress.Unit.BYTES)) {
            verified = WalVerification.of(range, threads(), task, each);
        }
        if (!json.isSet()) {
            output.line(timeline.map(id -> "timeline " + id + ": ").orElse("") + summary(verified));
        }
        return new Outcome(timeline, verified, defects);
    }

    private static String line(WalDefect defect) {
        return defect.at() + " " + defect.path().map(Path::toString).orElse("-") + ':' + defect.offset() + ' '
                + defect.kind() + ": found " + defect.found() + " but expected " + defect.expected()
                + defect.resumes().map(lsn -> "; the next record that can be read is at " + lsn + ", "
                        + Sizes.bytes(lsn.minus(defect.at())) + " behind").orElse("");
    }

    private static String summary(WalVerification verified) {
        String defects = verified.defects() == 0 ? "no defect"
                : verified.defects() + (verified.defects() == 1 ? " defect" : " defects");
        return String.format(Locale.ROOT, "%,d", verified.records()) + (verified.records() == 1 ? " record" : " records")
                + " of " + Sizes.bytes(verified.bytes()) + " from " + verified.from() + " to " + verified.end() + ", "
                + defects;
    }

    private static void print(Json out, Outcome outcome) {
        WalVerification verified = outcome.verified();
        out.put("timeline", outcome.timeline().map(TimelineId::hex)).put("from", verified.from().toString())
                .put("to", verified.end().toString()).put("records", verified.records())
                .put("bytes", verified.bytes());
        out.putArray("defects", outcome.defects(), defect -> out.object(() -> out.put("kind", defect.kind())
                .put("lsn", defect.at().toString()).put("path", defect.path().map(Path::toString))
                .put("offset", defect.offset()).put("expected", defect.expected()).put("found", defect.found())
                .put("resumes", defect.resumes().map(Lsn::toString))));
    }

    private static ExitCode exitCode(List<Outcome> outcomes) {
        List<WalDefect> defects = outcomes.stream().flatMap(outcome -> outcome.defects().stream()).toList();
        return defects.isEmpty() ? ExitCode.OK
                : defects.stream().allMatch(WalDefect::isOfUnknownForm) ? ExitCode.UNSUPPORTED : ExitCode.CORRUPT;
    }
}
