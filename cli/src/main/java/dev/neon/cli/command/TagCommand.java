package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.Parameters;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Each;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Table;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.gc.TagThinning;
import dev.neon.gc.ThinnedTags;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.revision.Point;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code neon tag}. */
final class TagCommand extends Command {
    private static final DateTimeFormatter AUTOMATIC = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

    private final Flag delete = flag("-d", "--delete").help("delete a tag");
    private final Flag force = flag("-f", "--force").help("move a tag that exists");
    private final Option<String> message = option("-m", "--message").label("text").help("why the point is named").text();
    private final Flag auto = flag("--auto").help("make a tag auto/<branch>/<time> at the end of a branch");
    private final Flag thin = flag("--thin").help("delete tags of a series but for those that are to be kept");
    private final Option<Integer> keepLast = keep("last", "so many");
    private final Option<Integer> keepHourly = keep("hourly", "the last of each of so many hours");
    private final Option<Integer> keepDaily = keep("daily", "the last of each of so many days");
    private final Option<Integer> keepWeekly = keep("weekly", "the last of each of so many weeks");
    private final Option<Integer> keepMonthly = keep("monthly", "the last of each of so many months");
    private final Option<Integer> keepYearly = keep("yearly", "the last of each of so many years");
    private final Option<Duration> keepWithin = option("--keep-within").label("duration")
            .help("with --thin, keep all that are younger than the newest by less than this")
            .as(text -> RepositoryConfig.parseDuration("--keep-within", text));
    private final Flag dryRun = flag("--dry-run").help("with --thin, show only what would be deleted");
    private final Flag json = json();
    private final Flag porcelain = porcelain();
    private final OptionalParameter<String> name =
            parameter("name").completes(ValueKind.TAGS)
                    .help("the tag; with --auto the branch, HEAD's if left out; with --thin a pattern, auto/* if left out")
                    .optional();
    private final OptionalParameter<String> revision = parameter("revision").completes(ValueKind.REVISIONS)
            .help("the point to name, HEAD if left out").optional();
    private final Parameters<String> more = parameter("more").completes(ValueKind.TAGS)
            .help("with -d, further tags; with --thin, further patterns").many();

    private Option<Integer> keep(String period, String what) {
        String name = "--keep-" + period;
        return option(name).label("n").help("with --thin, keep " + what + "; a number or 'unlimited'").as(text ->
                text.equals("unlimited") ? TagThinning.UNLIMITED : count(name, text));
    }

    private static int count(String name, String text) {
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw new UsageException("'" + text + "' is not a value of '" + name + "'",
                    "It is a whole number not below 1, or 'unlimited'.");
        }
        return Integer.parseInt(text);
    }

    @Override
    public Description description() {
        return Description.of("List, create or delete tags")
                .usage("[--json | --porcelain]")
                .usage("[-f] [-m <text>] <name> [<revision>]")
                .usage("-d <name>...")
                .usage("--auto [-m <text>] [--json] [<branch>]")
                .usage("--thin [--keep-<period> <n>]... [--keep-within <duration>] [--dry-run] [--json] [<pattern>...]")
                .text("""
                        A tag names one point of a timeline. It can be branched from, looked at, and exported for as long
                        as it exists. Without a name, lists the tags.

                        With '--auto', names the end of a branch by the time, for jobs that do so again and again; with
                        '--thin', deletes of such tags those that are not to be kept, as 'restic forget' does. Tags are in
                        one series if their names are the same up to the last slash. Each series is gone through from the
                        newest tag to the oldest, by the times at which they were made: of each hour, day, ISO week, month or
                        year the newest is kept, for as many of them that have a tag as are asked for. The oldest tag fills a
                        number that is not used up. Without a '--keep-...', gc.keepLast, gc.keepHourly, gc.keepDaily,
                        gc.keepWeekly, gc.keepMonthly, gc.keepYearly and gc.keepWithin of the configuration decide. In a
                        pattern, '*' stands for any text. What a deleted tag named is free when the operation log lets go of
                        it, after gc.reflogExpire.
                        """)
                .example("neon tag before-migration main", "Names the end of main as it is now.")
                .example("neon tag -m 'as shipped' v1 main@0/15ECF68", "Names an earlier point, with a message.")
                .example("neon tag before-the-accident 'main@{xid:4711}'", "Names the end of a transaction.")
                .example("neon tag --auto main", "Names the end of main as auto/main/20261124T180000Z.")
                .example("neon tag --thin --keep-daily 7 --keep-weekly 4 'auto/main/*'",
                        "Keeps a tag of each of the last 7 days and 4 weeks.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.ALREADY_EXISTS, ExitCode.CONFLICT,
                        ExitCode.BUSY, ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED,
                        ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        refuseWhatDoesNotFit();
        Workspace workspace = Workspaces.open(invocation);
        Output output = invocation.output();
        if (auto.isSet()) {
            createAutomatic(workspace, invocation);
        } else if (thin.isSet()) {
            thin(workspace, output);
        } else if (delete.isSet()) {
            List<String> names = new ArrayList<>();
            names.add(name.get().orElseThrow(() -> new UsageException("'-d' needs the name of a tag")));
            revision.get().ifPresent(names::add);
            names.addAll(more.get());
            Each.of(names, output, tag -> {
                RefTarget.Point was = point(workspace.tags().delete(tag)).orElseThrow();
                output.line("deleted tag " + tag + " (was " + was.timeline() + '@' + was.lsn() + ')');
            });
        } else if (name.isPresent()) {
            create(workspace, output);
        } else {
            list(workspace, invocation);
        }
        return ExitCode.OK;
    }

    /** Nothing that was typed is passed over. */
    private void refuseWhatDoesNotFit() {
        refuseWithAutoOrThin();
        if (!delete.isSet() && !thin.isSet() && !more.get().isEmpty()) {
            throw new UsageException("unexpected argument '" + more.get().getFirst() + "'");
        }
        if (delete.isSet() && (message.isPresent() || force.isSet())) {
            throw new UsageException("'-d' and '" + (force.isSet() ? "-f" : "-m") + "' exclude each other");
        }
        if (!name.isPresent() && !auto.isSet() && (message.isPresent() || force.isSet())) {
            throw new UsageException("'" + (force.isSet() ? "-f" : "-m") + "' needs the name of a tag");
        }
        if (json.isSet() && delete.isSet() || porcelain.isSet() && name.isPresent()) {
            throw new UsageException("'" + (json.isSet() ? "--json" : "--porcelain") + "' has no meaning here");
        }
    }

    private void refuseWithAutoOrThin() {
        boolean others = delete.isSet() || force.isSet() || porcelain.isSet() || auto.isSet() && thin.isSet();
        if (auto.isSet() && (others || revision.isPresent())) {
            throw new UsageException("'--auto' takes a branch and '-m' alone");
        }
        if (thin.isSet() && (others || message.isPresent())) {
            throw new UsageException("'--thin' takes patterns and what to keep alone");
        }
        if (!thin.isSet() && (dryRun.isSet() || !policy().isEmpty())) {
            throw new UsageException("'" + (dryRun.isSet() ? "--dry-run" : "--keep-...") + "' needs '--thin'");
        }
    }

    private TagThinning.Policy policy() {
        Map<TagThinning.Period, Integer> counts = new EnumMap<>(TagThinning.Period.class);
        keepLast.get().ifPresent(count -> counts.put(TagThinning.Period.LAST, count));
        keepHourly.get().ifPresent(count -> counts.put(TagThinning.Period.HOURLY, count));
        keepDaily.get().ifPresent(count -> counts.put(TagThinning.Period.DAILY, count));
        keepWeekly.get().ifPresent(count -> counts.put(TagThinning.Period.WEEKLY, count));
        keepMonthly.get().ifPresent(count -> counts.put(TagThinning.Period.MONTHLY, count));
        keepYearly.get().ifPresent(count -> counts.put(TagThinning.Period.YEARLY, count));
        return new TagThinning.Policy(counts, keepWithin.get());
    }

    private void thin(Workspace workspace, Output output) {
        TagThinning.Policy policy = policy().isEmpty() ? TagThinning.Policy.of(workspace.repository().config()) : policy();
        if (policy.isEmpty()) {
            throw new InvalidInputException("nothing says which tags to keep",
                    "Give an option as '--keep-daily 7', or set gc.keepDaily.");
        }
        List<String> patterns = new ArrayList<>(more.get());
        revision.get().ifPresent(pattern -> patterns.addFirst(pattern));
        name.get().ifPresent(pattern -> patterns.addFirst(pattern));
        ThinnedTags tags = new ThinnedTags(workspace.repository());
        List<ThinnedTags.Series> series = tags.decide(patterns, policy);
        if (!dryRun.isSet()) {
            tags.delete(series);
        }
        if (json.isSet()) {
            ThinningText.json(output, series);
        } else {
            ThinningText.print(output, series, dryRun.isSet());
        }
    }

    private void createAutomatic(Workspace workspace, Invocation invocation) {
        RefName branch = Workspaces.branch(workspace, name.get());
        Point at = Workspaces.point(workspace, invocation.output(), branch.full());
        String time = AUTOMATIC.format(invocation.environment().clock().instant().atZone(ZoneOffset.UTC));
        create(workspace, invocation.output(), "auto/" + branch.shortName() + '/' + time, at);
    }

    private void create(Workspace workspace, Output output) {
        Point at = Workspaces.point(workspace, output, revision.orElse("HEAD"));
        create(workspace, output, name.get().orElseThrow(), at);
    }

    private void create(Workspace workspace, Output output, String tag, Point at) {
        workspace.tags().create(tag, at, message.get(), force.isSet());
        if (json.isSet()) {
            output.json(out -> out.object(() -> out.put("name", tag).put("timeline", at.timeline().hex())
                    .put("lsn", at.lsn().toString())));
        } else {
            output.line("tagged " + at.lsn() + " as " + tag);
        }
    }

    private void list(Workspace workspace, Invocation invocation) {
        SortedMap<String, RefTarget.Point> tags = new TreeMap<>();
        workspace.repository().refs().list(RefName.Kind.TAG)
                .forEach((ref, target) -> point(target).ifPresent(point -> tags.put(ref.shortName(), point)));
        Output output = invocation.output();
        if (json.isSet()) {
            output.json(out -> out.array(tags.entrySet(), tag -> out.object(() -> out.put("name", tag.getKey())
                    .put("timeline", tag.getValue().timeline().hex()).put("lsn", tag.getValue().lsn().toString())
                    .put("date", tag.getValue().date().map(Instant::toString))
                    .put("author", tag.getValue().author()).put("message", tag.getValue().message()))));
        } else if (porcelain.isSet()) {
            tags.forEach((tag, point) -> output.line(String.join("\t", tag, point.timeline().hex(),
                    point.lsn().toString(), point.date().map(Instant::toString).orElse("-"))));
        } else {
            Table table = new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT);
            for (Map.Entry<String, RefTarget.Point> tag : tags.entrySet()) {
                table.row(tag.getKey(), tag.getValue().lsn().toString(),
                        tag.getValue().date().map(date -> local(date, invocation)).orElse(""),
                        tag.getValue().message().map(text -> text.lines().findFirst().orElse("")).orElse(""));
            }
            invocation.paged(workspace.repository().config().get(Invocation.PAGER_KEY), screen -> screen.table(table));
        }
    }

    private static String local(Instant date, Invocation invocation) {
        ZoneId zone = invocation.environment().clock().getZone();
        return DATE.format(date.atZone(zone));
    }

    private static Optional<RefTarget.Point> point(RefTarget target) {
        return target instanceof RefTarget.Point point ? Optional.of(point) : Optional.empty();
    }
}
