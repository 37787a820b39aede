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
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Table;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.revision.Point;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code neon tag}. */
final class TagCommand extends Command {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

    private final Flag delete = flag("-d", "--delete").help("delete a tag");
    private final Flag force = flag("-f", "--force").help("move a tag that exists");
    private final Option<String> message = option("-m", "--message").label("text").help("why the point is named").text();
    private final Flag json = json();
    private final Flag porcelain = porcelain();
    private final OptionalParameter<String> name =
            parameter("name").completes(ValueKind.TAGS).help("the tag").optional();
    private final OptionalParameter<String> revision = parameter("revision").completes(ValueKind.REVISIONS)
            .help("the point to name, HEAD if left out").optional();
    private final Parameters<String> more = parameter("more").completes(ValueKind.TAGS)
            .help("with -d, further tags").many();

    @Override
    public Description description() {
        return Description.of("List, create or delete tags")
                .usage("[--json | --porcelain]")
                .usage("[-f] [-m <text>] <name> [<revision>]")
                .usage("-d <name>...")
                .text("""
                        A tag names one point of a timeline. It can be branched from, looked at, and exported for as long
                        as it exists. Without a name, lists the tags.
                        """)
                .example("neon tag before-migration main", "Names the end of main as it is now.")
                .example("neon tag -m 'as shipped' v1 main@0/15ECF68", "Names an earlier point, with a message.")
                .example("neon tag before-the-accident 'main@{xid:4711}'", "Names the end of a transaction.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.ALREADY_EXISTS, ExitCode.CONFLICT,
                        ExitCode.BUSY, ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED,
                        ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        refuseWhatDoesNotFit();
        Workspace workspace = Workspaces.open(invocation);
        Output output = invocation.output();
        if (delete.isSet()) {
            List<String> names = new ArrayList<>();
            names.add(name.get().orElseThrow(() -> new UsageException("'-d' needs the name of a tag")));
            revision.get().ifPresent(names::add);
            names.addAll(more.get());
            EachName.of(names, output, tag -> {
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
        if (!delete.isSet() && !more.get().isEmpty()) {
            throw new UsageException("unexpected argument '" + more.get().getFirst() + "'");
        }
        if (delete.isSet() && (message.isPresent() || force.isSet())) {
            throw new UsageException("'-d' and '" + (force.isSet() ? "-f" : "-m") + "' exclude each other");
        }
        if (!name.isPresent() && (message.isPresent() || force.isSet())) {
            throw new UsageException("'" + (force.isSet() ? "-f" : "-m") + "' needs the name of a tag");
        }
        if (json.isSet() && delete.isSet() || porcelain.isSet() && name.isPresent()) {
            throw new UsageException("'" + (json.isSet() ? "--json" : "--porcelain") + "' has no meaning here");
        }
    }

    private void create(Workspace workspace, Output output) {
        String named = revision.orElse("HEAD");
        Point at = Workspaces.point(workspace, output, named);
        workspace.tags().create(name.get().orElseThrow(), at, message.get(), force.isSet());
        if (json.isSet()) {
            output.json(out -> out.object(() -> out.put("name", name.get()).put("timeline", at.timeline().hex())
                    .put("lsn", at.lsn().toString())));
        } else {
            output.line("tagged " + at.lsn() + " as " + name.get().orElseThrow());
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
