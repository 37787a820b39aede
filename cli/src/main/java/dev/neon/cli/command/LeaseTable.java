package dev.neon.cli.command;

import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Json;
import dev.neon.cli.io.Table;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.files.ProcessIdentity;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Leases as they are shown. */
final class LeaseTable {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");
    private static final String END = "end";

    private LeaseTable() {}

    static Table of(List<Lease> leases, Workspace workspace, Invocation invocation) {
        Map<TimelineId, String> names = new HashMap<>();
        workspace.repository().refs().listing(RefName.Kind.BRANCH).refs().forEach((branch, target) -> {
            if (target instanceof RefTarget.Timeline line) {
                names.put(line.id(), branch.shortName());
            }
        });
        Table table = new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT)
                .header("ID", "UNTIL", "WHO", "POINTS", "REASON");
        leases.forEach(lease -> table.row(lease.id(), expires(lease, invocation), lease.who(), points(lease, names),
                lease.reason().lines().findFirst().orElse("")));
        return table;
    }

    private static String points(Lease lease, Map<TimelineId, String> names) {
        Lease.Span first = lease.spans().getFirst();
        String line = names.getOrDefault(first.timeline(), first.timeline().hex().substring(0, 8));
        String points = first.from().equals(first.to()) ? line + '@' + first.from() : first.from().equals(Lsn.ZERO)
                && first.to().equals(Lsn.LAST) ? line : line + ' ' + first.from() + " to " + end(first);
        return lease.spans().size() == 1 ? points : points + " and " + (lease.spans().size() - 1) + " more";
    }

    private static String end(Lease.Span span) {
        return span.to().equals(Lsn.LAST) ? END : span.to().toString();
    }

    /** {@code 2026-11-21 07:35}, in the user's zone, or the process for whose life it holds. */
    static String expires(Lease lease, Invocation invocation) {
        return switch (lease.holder()) {
            case Lease.Holder.User user -> TIME.format(user.expires().atZone(invocation.environment().clock().getZone()));
            case Lease.Holder.Operation operation -> "process " + operation.process().pid() + " ends";
        };
    }

    static void json(Json out, Lease lease) {
        out.put("id", lease.id()).put("kind", isUsers(lease) ? "user" : "operation").put("reason", lease.reason())
                .put("who", lease.who()).put("created", lease.created().toString())
                .put("expires", time(lease).map(Instant::toString)).put("host", process(lease).map(ProcessIdentity::host))
                .putNumber("pid", process(lease).map(ProcessIdentity::pid));
        out.putArray("points", lease.spans(), span -> out.object(() -> out.put("timeline", span.timeline().hex())
                .put("from", span.from().toString()).put("to", end(span))));
    }

    /** A line for each lease; the points of all its spans with blanks between. */
    static String porcelain(Lease lease) {
        return String.join("\t", lease.id(), isUsers(lease) ? "user" : "operation",
                time(lease).map(Instant::toString).orElse("-"), String.join(" ", lease.spans().stream()
                        .map(span -> span.timeline() + "@" + span.from() + ".." + end(span)).toList()));
    }

    private static boolean isUsers(Lease lease) {
        return lease.holder() instanceof Lease.Holder.User;
    }

    private static Optional<Instant> time(Lease lease) {
        return lease.holder() instanceof Lease.Holder.User user ? Optional.of(user.expires()) : Optional.empty();
    }

    private static Optional<ProcessIdentity> process(Lease lease) {
        return lease.holder() instanceof Lease.Holder.Operation operation ? Optional.of(operation.process()) : Optional.empty();
    }
}
