package dev.neon.cli.command.log;

import dev.neon.cli.io.Sizes;
import dev.neon.cli.io.Style;
import dev.neon.compute.history.HistoryLog.Told;
import dev.neon.compute.history.LogEntry;
import dev.neon.compute.history.RelationNames;
import dev.neon.repo.walindex.XidRun;
import dev.neon.walindex.LoggedTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Writes entries for people, as {@code git log} writes commits: the LSN stands where git has the commit's id. */
final class EntryText {
    private static final int TABLES_ON_A_LINE = 5;
    private static final int TABLES_OF_AN_ENTRY = 100;
    private static final String BODY = "    ";

    private final RelationNames names;
    private final Times times;
    private final BiFunction<Style, String, String> paint;

    EntryText(RelationNames names, Times times, BiFunction<Style, String, String> paint) {
        this.names = names;
        this.times = times;
        this.paint = paint;
    }

    /** {@code 0/15ECF68 (HEAD -> main) commit 742 postgres: public.accounts}. */
    String oneline(Told told) {
        return paint.apply(Style.YELLOW, told.entry().lsn().toString()) + labels(told) + ' ' + brief(told.entry());
    }

    private String brief(LogEntry entry) {
        return switch (entry) {
            case LogEntry.Transaction transaction -> brief(transaction);
            case LogEntry.Prepare prepare -> "prepare " + Long.toUnsignedString(prepare.xid()) + " '" + prepare.gid() + '\'';
            case LogEntry.Restart restart -> "restart" + (restart.isPromotion() ? " after a promotion" : "");
            case LogEntry.Background background -> "background: " + amount(background.work().records(),
                    background.work().bytes());
            case LogEntry.RestorePoint point -> "restore point " + point.name();
            case LogEntry.Fork fork -> "fork " + name(fork);
            case LogEntry.BranchCommit commit -> "committed to " + commit.branch() + ": "
                    + commit.message().lines().findFirst().orElse("");
            case LogEntry.Tag tag -> "tag " + tag.name()
                    + tag.message().map(message -> ": " + message.lines().findFirst().orElse("")).orElse("");
            case LogEntry.Snapshot snapshot -> "snapshot";
        };
    }

    private String brief(LogEntry.Transaction entry) {
        Touched touched = Touched.by(entry, names);
        String tables = touched.text(TABLES_ON_A_LINE);
        return word(entry) + ' ' + Long.toUnsignedString(entry.transaction().xid())
                + touched.database().map(name -> " " + name).orElse("") + (tables.isEmpty() ? "" : ": " + tables);
    }

    private static String word(LogEntry.Transaction entry) {
        return entry.transaction().end().isCommit() ? "commit" : "abort";
    }

    private static String name(LogEntry.Fork fork) {
        return fork.branches().isEmpty() ? fork.child().hex() : String.join(", ", fork.branches());
    }

    private String labels(Told told) {
        if (told.labels().isEmpty()) {
            return "";
        }
        List<String> painted = told.labels().stream().map(label -> paint.apply(Style.GREEN, label)).toList();
        return " (" + String.join(", ", painted) + ')';
    }

    /**
     * The lines of an entry.
     *
     * @param withTables whether the tables that a transaction touched are listed
     */
    List<String> full(Told told, boolean withTables) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.apply(Style.YELLOW, title(told.entry()) + ' ' + told.entry().lsn()) + labels(told));
        switch (told.entry()) {
            case LogEntry.Transaction transaction -> transaction(transaction, withTables, lines);
            case LogEntry.Prepare prepare -> {
                lines.add("Xid:      " + Long.toUnsignedString(prepare.xid()));
                date(prepare, lines);
                body("prepared as '" + prepare.gid() + "'", lines);
            }
            case LogEntry.Restart restart -> {
                date(restart, lines);
                body(restart.isPromotion() ? "a recovery ended with a promotion"
                        : "a server was stopped, or had recovered from a crash", lines);
            }
            case LogEntry.Background background -> {
                lines.add("WAL:      " + amount(background.work().records(), background.work().bytes()));
                lines.add("");
                background.work().types().forEach(type -> lines.add(BODY + type.name() + ": "
                        + amount(type.records(), type.bytes())));
            }
            case LogEntry.RestorePoint point -> {
                lines.add("Name:     " + point.name());
                date(point, lines);
            }
            case LogEntry.Fork fork -> {
                if (!fork.branches().isEmpty()) {
                    lines.add("Branch:   " + String.join(", ", fork.branches()));
                }
                lines.add("Timeline: " + fork.child());
                date(fork, lines);
                body(fork.reason(), lines);
            }
            case LogEntry.BranchCommit commit -> {
                lines.add("Branch:   " + commit.branch());
                lines.add("Author:   " + commit.author());
                date(commit, lines);
                body(commit.message(), lines);
            }
            case LogEntry.Tag tag -> {
                lines.add("Name:     " + tag.name());
                tag.author().ifPresent(author -> lines.add("Author:   " + author));
                date(tag, lines);
                tag.message().ifPresent(message -> body(message, lines));
            }
            case LogEntry.Snapshot snapshot -> {
                date(snapshot, lines);
                body(snapshot.isClean() ? "of a stopped server" : "from a running server", lines);
            }
        }
        return lines;
    }

    private static String title(LogEntry entry) {
        return switch (entry) {
            case LogEntry.Transaction transaction -> word(transaction);
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

    private void transaction(LogEntry.Transaction entry, boolean withTables, List<String> lines) {
        LoggedTransaction transaction = entry.transaction();
        Touched touched = Touched.by(entry, names);
        long subtransactions = transaction.end().subtransactions().stream().mapToLong(XidRun::count).sum();
        lines.add("Xid:      " + Long.toUnsignedString(transaction.xid())
                + (subtransactions == 0 ? "" : " and " + Sizes.count(subtransactions, "subtransaction"))
                + (transaction.end().wasPrepared() ? ", prepared before" : ""));
        date(entry, lines);
        touched.database().ifPresent(name -> lines.add("Database: " + name));
        lines.add("WAL:      " + amount(transaction.records(), transaction.bytes()));
        String tables = touched.text(TABLES_OF_AN_ENTRY);
        if (withTables && !tables.isEmpty()) {
            body(tables, lines);
        }
    }

    private static String amount(long records, long bytes) {
        return Sizes.count(records, "record") + ", " + Sizes.bytes(bytes);
    }

    private void date(LogEntry entry, List<String> lines) {
        lines.add("Date:     " + times.text(entry.time()));
    }

    private static void body(String text, List<String> lines) {
        lines.add("");
        text.lines().forEach(line -> lines.add((BODY + line).stripTrailing()));
    }
}
