package dev.neon.cli.command;

import dev.neon.cli.io.Json;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Sizes;
import dev.neon.fsck.Damage;
import dev.neon.fsck.Finding;
import dev.neon.fsck.Leftover;
import dev.neon.fsck.Repair;
import dev.neon.fsck.RepositoryCheck;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What {@code neon fsck} says of a repository. */
final class FsckReport {
    private static final String READ = " read, ";

    private final Output output;
    private final ZoneId zone;

    /** @param zone in which days are told */
    FsckReport(Output output, ZoneId zone) {
        this.output = output;
        this.zone = zone;
    }

    void line(Finding finding) {
        Damage damage = finding.damage();
        output.line(damage.kind() + damage.lsn().map(lsn -> " at " + lsn).orElse("") + ": "
                + damage.path().map(path -> path + ":" + damage.offset() + ": ").orElse("") + "found " + damage.found()
                + " but expected " + damage.expected() + damage.pages().map(pages -> " (" + pages + ")").orElse(""));
        finding.affected().forEach(affected -> output.line("    affects " + affected.ref() + " from "
                + affected.from() + affected.to().map(to -> " to before " + to).orElse(" on")));
    }

    void line(RepositoryCheck.Summary summary, int findings) {
        String since = summary.knownSince().map(this::since).orElse("");
        int known = summary.snapshots() - summary.snapshotsRead();
        output.line(Sizes.count(summary.refs(), "ref") + ", " + Sizes.count(summary.timelines(), "timeline") + ", "
                + Sizes.count(summary.snapshots(), "snapshot")
                + (known == 0 ? "" : ", " + summary.snapshotsRead() + READ + known + " known" + since) + ", "
                + Sizes.count(summary.walRecords(), "record") + " of " + Sizes.bytes(summary.walBytes())
                + (summary.walKnown() == 0 ? "" : READ + Sizes.bytes(summary.walKnown()) + " known" + since) + ": "
                + (findings == 0 ? "all is whole" : Sizes.count(findings, "defect"))
                + (summary.promised() == 0 ? "" : "; " + Sizes.bytes(summary.promised()) + " more are promised and not here"));
    }

    private String since(Instant instant) {
        return " since " + instant.atZone(zone).toLocalDate();
    }

    /** What is left over, beside the results. */
    void hints(List<Leftover> leftovers) {
        if (!leftovers.isEmpty()) {
            output.note("hint: " + Sizes.count(leftovers.size(), "thing") + " left over, which 'neon fsck --repair' deals with:");
            leftovers.forEach(leftover -> output.note("    " + leftover.path() + ": " + leftover.what()));
        }
    }

    void planned(Leftover leftover) {
        output.line(leftover.path() + ": " + leftover.what() + ": would " + (leftover.cure().startsWith("put ")
                ? "be " + leftover.cure() : leftover.cure()));
    }

    /** Of what is promised and not here, when nobody is left to give it. */
    void lost(long promised) {
        output.line("promise: " + Sizes.bytes(promised) + " are not here, and no remote is a promisor that could give them");
    }

    void done(Repair.Outcome outcome) {
        output.line(outcome.leftover().path() + ": " + outcome.leftover().what() + ": " + outcome.how());
    }

    void left(Repair.Outcome outcome) {
        output.line(outcome.leftover().path() + ": " + outcome.leftover().what() + ": left, " + outcome.how());
    }

    /** @param remedy empty unless it was asked for */
    static void json(Json out, RepositoryCheck.Summary summary, List<Finding> findings, List<Leftover> leftovers,
            List<Repair.Outcome> done, Function<Finding, Optional<String>> remedy) {
        out.put("refs", summary.refs()).put("timelines", summary.timelines()).put("snapshots", summary.snapshots())
                .put("snapshotsRead", summary.snapshotsRead())
                .put("walRecords", summary.walRecords()).put("walBytes", summary.walBytes())
                .put("walBytesKnown", summary.walKnown()).put("knownSince", summary.knownSince().map(Instant::toString))
                .put("promised", summary.promised());
        out.putArray("findings", findings, finding -> out.object(() -> json(out, finding, remedy.apply(finding))));
        out.putArray("repaired", done, outcome -> out.object(() -> {
            json(out, outcome.leftover());
            out.put("how", outcome.how());
        }));
        out.putArray("leftovers", leftovers, leftover -> out.object(() -> json(out, leftover)));
    }

    private static void json(Json out, Leftover leftover) {
        out.put("path", leftover.path().toString()).put("what", leftover.what());
    }

    private static void json(Json out, Finding finding, Optional<String> remedy) {
        Damage damage = finding.damage();
        out.put("kind", damage.kind()).put("timeline", finding.timeline().map(TimelineId::hex))
                .put("lsn", damage.lsn().map(Lsn::toString)).put("path", damage.path().map(Path::toString))
                .put("offset", damage.offset()).put("pages", damage.pages()).put("expected", damage.expected())
                .put("found", damage.found());
        if (remedy.isPresent()) {
            out.put("remedy", remedy.get());
        }
        out.putArray("affected", finding.affected(), affected -> out.object(() -> out.put("ref", affected.ref())
                .put("from", affected.from().toString()).put("to", affected.to().map(Lsn::toString))));
    }
}
