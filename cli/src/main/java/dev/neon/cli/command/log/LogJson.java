package dev.neon.cli.command.log;

import dev.neon.catalog.CatalogRelation;
import dev.neon.cli.io.Json;
import dev.neon.compute.history.HistoryLog.Told;
import dev.neon.compute.history.LogEntry;
import dev.neon.compute.history.RelationNames;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.walindex.RelationPart;
import dev.neon.walindex.LoggedTransaction;
import dev.neon.walindex.RelationChanges;
import java.time.Instant;
import java.util.Optional;

/** Writes entries for programs. Fields of a kind of entry are always there, null where there is nothing to say. */
final class LogJson {
    private final RelationNames names;
    private final boolean withChanges;

    /** @param withChanges whether relations are counted record by record */
    LogJson(RelationNames names, boolean withChanges) {
        this.names = names;
        this.withChanges = withChanges;
    }

    void write(Told told, Json out) {
        LogEntry entry = told.entry();
        out.object(() -> {
            out.put("kind", kind(entry)).put("timeline", entry.timeline().hex()).put("lsn", entry.lsn().toString())
                    .put("time", entry.time().map(Instant::toString)).putArray("labels", told.labels(), out::value);
            switch (entry) {
                case LogEntry.Transaction transaction -> write(transaction, out);
                case LogEntry.Prepare prepare -> out.put("xid", prepare.xid()).put("gid", prepare.gid());
                case LogEntry.Restart restart -> out.put("promotion", restart.isPromotion());
                case LogEntry.Background background -> out.put("records", background.work().records())
                        .put("bytes", background.work().bytes()).putArray("types", background.work().types(), type ->
                                out.object(() -> out.put("type", type.name()).put("records", type.records())
                                        .put("bytes", type.bytes())));
                case LogEntry.RestorePoint point -> out.put("name", point.name());
                case LogEntry.Fork fork -> out.put("child", fork.child().hex())
                        .putArray("branches", fork.branches(), out::value).put("reason", fork.reason());
                case LogEntry.BranchCommit commit -> out.put("branch", commit.branch()).put("author", commit.author())
                        .put("message", commit.message());
                case LogEntry.Tag tag -> out.put("name", tag.name()).put("author", tag.author())
                        .put("message", tag.message());
                case LogEntry.Snapshot snapshot -> out.put("clean", snapshot.isClean());
            }
        });
    }

    private static String kind(LogEntry entry) {
        return switch (entry) {
            case LogEntry.Transaction transaction -> transaction.transaction().end().isCommit() ? "commit" : "abort";
            case LogEntry.Prepare prepare -> "prepare";
            case LogEntry.Restart restart -> "restart";
            case LogEntry.Background background -> "background";
            case LogEntry.RestorePoint point -> "restore-point";
            case LogEntry.Fork fork -> "fork";
            case LogEntry.BranchCommit commit -> "committed";
            case LogEntry.Tag tag -> "tag";
            case LogEntry.Snapshot snapshot -> "snapshot";
        };
    }

    private void write(LogEntry.Transaction entry, Json out) {
        LoggedTransaction transaction = entry.transaction();
        out.put("xid", transaction.xid()).put("prepared", transaction.end().wasPrepared())
                .putArray("subtransactions", transaction.end().subtransactions(), run -> out.object(() ->
                        out.put("first", run.first()).put("count", run.count())))
                .put("firstLsn", transaction.first().toString()).put("records", transaction.records())
                .put("bytes", transaction.bytes()).put("database", Touched.by(entry, names).database());
        if (withChanges) {
            out.putArray("relations", entry.changes(), changes -> write(entry, changes, out));
        } else {
            out.putArray("relations", transaction.relations(), part -> write(entry, part, out))
                    .put("touchesOfOthers", transaction.otherTouches());
        }
    }

    private void write(LogEntry.Transaction entry, RelationPart part, Json out) {
        out.object(() -> relation(entry, part.relation(), out).put("touches", part.touches()).put("bytes", part.bytes()));
    }

    private void write(LogEntry.Transaction entry, RelationChanges changes, Json out) {
        out.object(() -> relation(entry, changes.relation(), out).put("records", changes.records())
                .put("inserted", changes.inserted()).put("deleted", changes.deleted()).put("updated", changes.updated())
                .put("images", changes.images()).put("imageBytes", changes.imageBytes()));
    }

    private Json relation(LogEntry.Transaction entry, RelFileLocator file, Json out) {
        Optional<CatalogRelation> relation = names.find(entry.timeline(), file);
        return out.put("file", file.toString()).put("schema", relation.map(CatalogRelation::schema))
                .put("name", relation.map(CatalogRelation::name)).put("kind", relation.map(known -> known.kind().word()))
                .put("table", relation.map(known -> known.table().qualifiedName()));
    }
}
