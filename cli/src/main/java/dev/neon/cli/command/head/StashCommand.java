package dev.neon.cli.command.head;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.Parameters;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.checkout.Moved;
import dev.neon.compute.checkout.Stashes;
import dev.neon.compute.checkout.Stashes.Stash;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.refs.RefName;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code neon stash}. */
public final class StashCommand extends Command {
    private static final Pattern NAME = Pattern.compile("(?:stash@\\{)?(\\d{1,6})\\}?");

    private final Option<String> message = option("-m", "--message").label("text").help("with push, what it is").text();
    private final Flag restart = flag("--restart").help(HeadText.RESTART);
    private final Flag json = json();
    private final Parameters<String> words = parameter("action").help("an action and what it takes; push if left out").many();

    @Override
    public Description description() {
        return Description.of("Put aside what is not committed")
                .usage("[push] [-m <text>] [--restart]")
                .usage("list [--json]")
                .usage("(pop | apply) [--restart] [<stash>]")
                .usage("branch [--restart] <name> [<stash>]")
                .usage("(show | drop) [<stash>]")
                .usage("clear")
                .text("""
                        Puts aside what was done on HEAD's temporary timeline, and begins a new one at the end of the branch. 'list'
                        shows what was put aside, 'pop' takes it up again and 'apply' takes it up and keeps it, on a new temporary
                        timeline that begins where it ended. 'branch' makes a branch where it was checked out and takes it up there,
                        which is the way to commit it when the branch has moved. A stash is named stash@{0}, the newest, or by its
                        number; it is a revision for other commands, too.
                        """)
                .example("neon stash", "Puts aside what is not committed.")
                .example("neon stash pop", "Takes it up again.")
                .example("neon stash branch orders 'stash@{1}'", "Makes a branch of an older one.")
                .exits(HeadExits.NAMING);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        Stashes stashes = new Stashes(workspace);
        List<String> given = words.get();
        String action = given.isEmpty() ? "push" : given.getFirst();
        boolean isRestart = HeadText.isRestart(restart, workspace);
        if (message.isPresent() && !action.equals("push")) {
            throw new UsageException("'-m' goes with 'neon stash push'");
        }
        switch (action) {
            case "push" -> {
                atMost(given, 1);
                Moved moved = stashes.push(message.get(), isRestart);
                Stash stash = stashes.get(0);
                invocation.output().note("Put aside as " + stash.name() + ": " + title(stash));
                HeadText.print(invocation, workspace, moved);
            }
            case "list" -> {
                atMost(given, 1);
                list(invocation, stashes);
            }
            case "pop", "apply" -> {
                atMost(given, 2);
                HeadText.print(invocation, workspace, stashes.apply(stash(stashes, given, 1), action.equals("pop"), isRestart));
            }
            case "branch" -> {
                atMost(given, 3);
                if (given.size() < 2) {
                    throw new UsageException("'neon stash branch' needs the name of a branch");
                }
                HeadText.print(invocation, workspace, stashes.branch(stash(stashes, given, 2), given.get(1), isRestart));
            }
            case "show" -> {
                atMost(given, 2);
                Stash stash = stash(stashes, given, 1);
                invocation.output().line(stash.name() + ": " + title(stash));
                invocation.output().line(' ' + HeadText.work(stashes.work(stash)) + " since " + stashes.base(stash).lsn());
            }
            case "drop" -> {
                atMost(given, 2);
                drop(invocation, stashes, stash(stashes, given, 1));
            }
            case "clear" -> {
                atMost(given, 1);
                stashes.list().reversed().forEach(stash -> drop(invocation, stashes, stash));
            }
            default -> throw new UsageException("unknown action '" + action + "'",
                    "It is one of push, list, show, pop, apply, branch, drop, clear.");
        }
        return ExitCode.OK;
    }

    private static void drop(Invocation invocation, Stashes stashes, Stash stash) {
        stashes.drop(stash);
        invocation.output().note("Dropped " + stash.name() + " (" + stash.point().timeline() + '@' + stash.point().lsn() + ')');
    }

    private static void atMost(List<String> given, int count) {
        if (given.size() > count) {
            throw new UsageException("unexpected argument '" + given.get(count) + "'");
        }
    }

    private static Stash stash(Stashes stashes, List<String> given, int at) {
        if (given.size() <= at) {
            return stashes.get(0);
        }
        Matcher name = NAME.matcher(given.get(at));
        if (!name.matches()) {
            throw new UsageException("'" + given.get(at) + "' is not a stash", "A stash is named stash@{0}, or 0.");
        }
        return stashes.get(Integer.parseInt(name.group(1)));
    }

    private void list(Invocation invocation, Stashes stashes) {
        if (json.isSet()) {
            invocation.output().json(out -> out.array(stashes.list(), stash -> out.object(() -> out.put("name", stash.name())
                    .put("branch", stash.branch().map(RefName::shortName)).put("timeline", stash.point().timeline().hex())
                    .put("lsn", stash.point().lsn().toString()).put("date", stash.point().date().map(Instant::toString))
                    .put("author", stash.point().author()).put("message", stash.point().message()))));
        } else {
            stashes.list().forEach(stash -> invocation.output().line(stash.name() + ": " + title(stash)));
        }
    }

    /** {@code on main: half of the orders}. */
    private static String title(Stash stash) {
        return "on " + stash.branch().map(RefName::shortName).orElse("no branch") + ": "
                + stash.point().message().orElse("work up to " + stash.point().lsn());
    }
}
