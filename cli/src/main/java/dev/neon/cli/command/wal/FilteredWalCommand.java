package dev.neon.cli.command.wal;

import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.Options;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.io.Output;
import dev.neon.dialect.WalDialect;
import dev.neon.inspect.RecordFilter;
import dev.neon.inspect.WalRange;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.revision.NearNames;
import dev.neon.rmgr.ResourceManager;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands that speak of some of a range's records; options and their meaning are those of pg_waldump. */
abstract class FilteredWalCommand extends WalCommand {
    private static final List<String> FORKS = List.of("main", "fsm", "vm", "init");
    private static final Pattern RELATION = Pattern.compile("(\\d+)/(\\d+)/(\\d+)");
    private static final String LIST = "list";
    private static final int PAGE_SIZE = 8192;
    private static final int LONGEST_HEADER = 40;

    private final Options<String> rmgrs = option("-r", "--rmgr").label("name")
            .help("only records of this resource manager, more than one if given again; 'list' lists them").texts();
    private final Option<RelFileLocator> relation = option("-R", "--relation").label("t/d/r")
            .help("only records that refer to this relation: oid of the tablespace, of the database, file number")
            .as(FilteredWalCommand::relation);
    private final Option<Integer> block = option("-B", "--block").label("number")
            .help("with --relation, only records that refer to this block").as(word -> unsigned(word, "block", -1));
    private final Option<Integer> fork = option("-F", "--fork").label("fork").choice("main", "fsm", "vm", "init")
            .help("only records that refer to a block of this fork").as(FORKS::indexOf);
    private final Option<Integer> xid = option("-x", "--xid").label("xid").help("only records of this transaction")
            .as(word -> unsigned(word, "transaction id", 0));
    private final Flag fullpage = flag("-w", "--fullpage").help("only records with a page image");

    /** Prints the names if {@code --rmgr=list} was given. */
    final boolean isList(Output output) {
        boolean wanted = rmgrs.get().contains(LIST);
        if (wanted) {
            // The names are those of all releases.
            WalDialect.V18.managers().forEach(manager -> output.line(manager.name()));
        }
        return wanted;
    }

    final RecordFilter filter(WalDialect dialect) {
        if (block.isPresent() && !relation.isPresent()) {
            throw new UsageException("'--block' needs '--relation'");
        }
        Set<Integer> numbers = new HashSet<>();
        rmgrs.get().forEach(name -> numbers.add(rmgr(name, dialect)));
        boolean all = numbers.isEmpty() && !relation.isPresent() && !fork.isPresent() && !xid.isPresent()
                && !fullpage.isSet();
        return all ? RecordFilter.ALL : new RecordFilter(numbers, number(xid), relation.get(), number(block),
                number(fork), fullpage.isSet());
    }

    private static OptionalInt number(Option<Integer> option) {
        return option.isPresent() ? OptionalInt.of(option.get().orElseThrow()) : OptionalInt.empty();
    }

    private static int rmgr(String name, WalDialect dialect) {
        return dialect.rmid(name).orElseThrow(() -> new UsageException(
                "resource manager '" + name + "' does not exist",
                NearNames.hint(name, dialect.managers().stream().map(ResourceManager::name).toList())
                        .orElse("'--rmgr=list' lists them.")));
    }

    private static RelFileLocator relation(String word) {
        Matcher parts = RELATION.matcher(word);
        if (parts.matches()) {
            try {
                RelFileLocator relation = new RelFileLocator(Integer.parseUnsignedInt(parts.group(1)),
                        Integer.parseUnsignedInt(parts.group(2)), Integer.parseUnsignedInt(parts.group(3)));
                if (relation.tablespace() != 0 && relation.relation() != 0) {
                    return relation;
                }
            } catch (NumberFormatException tooLarge) {
                // It gets the same answer as another form.
            }
        }
        throw new UsageException("invalid relation '" + word + "'", "A relation is the oid of its tablespace, the oid of"
                + " its database and its file number, for example 1663/5/16384.");
    }

    private static int unsigned(String word, String what, int never) {
        try {
            int number = Integer.parseUnsignedInt(word);
            if (number != never) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // It gets the same answer as a number out of range.
        }
        throw new UsageException("invalid " + what + " '" + word + "'",
                "It is a whole number of 32 bits" + (never == 0 ? ", and not 0." : ", and not the highest."));
    }

    /** Says so if the first record is not where the range begins, as pg_waldump does. */
    static void noteSkipped(WalRange range, Lsn first, Output output) {
        long skipped = first.minus(range.from());
        long from = range.from().value();
        boolean sameRecord = from % PAGE_SIZE == 0 && skipped <= LONGEST_HEADER;
        if (skipped > 0 && !sameRecord && from % range.source().segmentSize() != 0) {
            output.note("first record is after " + range.from() + ", at " + first + ", skipping over " + skipped
                    + (skipped == 1 ? " byte" : " bytes"));
        }
    }
}
