package dev.neon.cli.command.remote;

import dev.neon.ancestry.Tip;
import dev.neon.cli.io.Output;
import dev.neon.repo.refs.RefName;
import dev.neon.sync.Fetch;
import dev.neon.sync.Push;
import dev.neon.sync.transport.RemoteUrl;
import java.util.List;
import java.util.Optional;

/** What fetch and push say of refs, in git's shape. */
final class RemoteText {
    private RemoteText() {}

    static void fetched(Output output, String from, List<Fetch.Change> changes) {
        if (!changes.isEmpty()) {
            output.note("From " + RemoteUrl.shown(from));
        }
        changes.forEach(change -> output.note(line(change)));
    }

    private static String line(Fetch.Change change) {
        String theirs = theirs(change.name());
        String kind = change.name().kind() == RefName.Kind.BRANCH || change.name().kind() == RefName.Kind.REMOTE_BRANCH
                ? "branch" : "tag";
        String flag;
        if (change.after().isEmpty()) {
            return " - [deleted]         (none) -> " + change.name().shortName();
        } else if (change.before().isEmpty()) {
            flag = " * [new " + kind + ']';
        } else {
            flag = (change.isForward() ? "   " : " + ") + range(change.before().get(), change.after().get(), change.isForward());
        }
        return pad(flag) + theirs + " -> " + change.name().shortName() + (change.isForward() ? "" : " (forced update)");
    }

    private static String pad(String text) {
        return text + " ".repeat(Math.max(1, 21 - text.length()));
    }

    private static String range(Tip before, Tip after, boolean isForward) {
        return before.lsn() + (isForward ? ".." : "...") + after.lsn();
    }

    private static String theirs(RefName name) {
        String shortName = name.shortName();
        return switch (name.kind()) {
            case REMOTE_BRANCH, REMOTE_TAG -> shortName.substring(shortName.indexOf('/') + 1);
            case BRANCH, TAG, HEAD, STASH -> shortName;
        };
    }

    /** Whether anything was refused. */
    static boolean pushed(Output output, String to, List<Push.Outcome> outcomes) {
        boolean isRefused = outcomes.stream().anyMatch(outcome -> outcome.refusal().isPresent());
        if (!isRefused && outcomes.stream().allMatch(Push.Outcome::isUpToDate)) {
            output.note("Everything up-to-date");
            return false;
        }
        output.note("To " + RemoteUrl.shown(to));
        outcomes.stream().filter(outcome -> !outcome.isUpToDate()).forEach(outcome -> output.note(line(outcome)));
        return isRefused;
    }

    private static String line(Push.Outcome outcome) {
        String name = outcome.name().shortName();
        Optional<String> refusal = outcome.refusal();
        if (refusal.isPresent()) {
            return pad(" ! [rejected]") + name + " (" + refusal.get() + ')';
        }
        if (outcome.after().isEmpty()) {
            return pad(" - [deleted]") + name;
        }
        return pad(outcome.before().isEmpty() ? " * [new " + (outcome.name().kind() == RefName.Kind.TAG ? "tag" : "branch") + ']'
                : "   " + range(outcome.before().get(), outcome.after().get(), true)) + name;
    }
}
