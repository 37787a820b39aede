package dev.neon.cli.command.wal;

import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.io.Output;
import dev.neon.dialect.RecordLine;
import dev.neon.dialect.WalDialect;
import dev.neon.inspect.RecordFilter;
import dev.neon.inspect.WalRange;
import dev.neon.wal.WalRecord;
import java.time.ZoneId;
import java.util.function.BiConsumer;

/** {@code neon wal dump}. */
public final class WalDumpCommand extends FilteredWalCommand {
    private final Option<Integer> limit = option("-n", "--limit").label("count").help("show no more records than this")
            .integer(1);
    private final Flag follow = flag("-f", "--follow").help("go on as WAL is written, until interrupted");
    private final Flag details = flag("-b", "--bkp-details").help("show each block on a line of its own");
    private final Flag json = flag("--json").help("print an object a line");

    @Override
    public Description description() {
        return Description.of("Show the records of the write-ahead log")
                .text("""
                        Prints a line for each record, exactly as pg_waldump of that PostgreSQL does, 14 to 18, so that \
                        scripts can read either. A record of a form that neon does not know is shown with a remark in \
                        brackets. With -q nothing is printed but errors: the records are read and checked.

                        """ + RANGES + """


                        --json prints an object for each record, with the fields lsn, end, prev, rmgr, record, xid, \
                        length, imageLength, origin, topLevelXid, description, problem and blocks; numbers are unsigned.
                        """)
                .example("neon wal dump main", "Shows all WAL of main and its ancestors.")
                .example("neon wal dump v1..main --rmgr Heap --limit 10", "Shows ten changes of tables since the tag v1.")
                .example("neon wal dump main..heikki", "Shows what was written on heikki since it was forked from main.")
                .example("neon wal dump HEAD.. --follow", "Waits for new WAL of the current branch and shows it.")
                .example("neon wal dump --wal-dir /var/lib/postgresql/15/main 0/15E0000..0/1600000",
                        "Reads a server's WAL without a repository.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) throws InterruptedException {
        Output output = invocation.output();
        if (isList(output)) {
            return ExitCode.OK;
        }
        if (json.isSet() && details.isSet()) {
            throw new UsageException("'--json' and '--bkp-details' exclude each other");
        }
        WalRange range = range(invocation);
        if (follow.isSet() && range.to().isPresent()) {
            throw new UsageException("'--follow' has no meaning for a range that has an end");
        }
        WalDialect dialect = WalDialect.of(range.source().major());
        RecordFilter filter = filter(dialect);
        RecordDump dump = new RecordDump(range, filter,
                format(dialect, range, invocation.environment().clock().getZone()), output,
                limit.orElse(Integer.MAX_VALUE));
        if (follow.isSet()) {
            dump.follow();
        } else {
            dump.run();
        }
        return ExitCode.OK;
    }

    private BiConsumer<WalRecord, StringBuilder> format(WalDialect dialect, WalRange range, ZoneId zone) {
        return json.isSet() ? new RecordJson(dialect)::append
                : new RecordLine(range.source().major(), details.isSet(), zone)::append;
    }
}
