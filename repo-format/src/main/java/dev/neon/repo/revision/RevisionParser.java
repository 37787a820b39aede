package dev.neon.repo.revision;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes a revision apart from its end, as its suffixes apply from left to right. */
final class RevisionParser {
    private static final String HEAD = "HEAD";
    private static final String RESTORE_POINT = "restore:";

    /** Made when they are needed: a plain name has no suffix, and patterns cost a command's start. */
    private static final class Suffix {
        private static final Pattern AT_LSN = Pattern.compile("(.*)@(\\p{XDigit}{1,8}/\\p{XDigit}{1,8})");
        private static final Pattern TILDE = Pattern.compile("(.+)~(\\d{0,4})");
        private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
        private static final Pattern XID = Pattern.compile("xid:\\s*(\\d{1,20})");
    }

    private final String whole;

    RevisionParser(String text) {
        this.whole = text;
    }

    Revision parse() {
        return parse(whole);
    }

    private Revision parse(String text) {
        if (text.endsWith("^")) {
            return new Revision.ForkPoint(parse(text.substring(0, text.length() - 1)));
        }
        if (text.indexOf('@') < 0 && text.indexOf('~') < 0) {
            return plain(text);
        }
        Matcher tilde = Suffix.TILDE.matcher(text);
        if (tilde.matches()) {
            Revision base = parse(tilde.group(1));
            int commits = tilde.group(2).isEmpty() ? 1 : Integer.parseInt(tilde.group(2));
            return commits == 0 ? base : new Revision.Before(base, commits);
        }
        int brace = text.lastIndexOf("@{");
        if (text.endsWith("}") && brace >= 0) {
            return braces(text.substring(0, brace), text.substring(brace + 2, text.length() - 1).strip());
        }
        Matcher lsn = Suffix.AT_LSN.matcher(text);
        if (lsn.matches()) {
            return new Revision.AtLsn(base(lsn.group(1)), Lsn.parse(lsn.group(2)));
        }
        if (text.equals("@")) {
            return new Revision.Named(HEAD);
        }
        return plain(text);
    }

    private Revision plain(String text) {
        return TimelineId.isTimelineId(text) ? new Revision.OfTimeline(new TimelineId(text)) : name(text);
    }

    private Revision braces(String before, String inside) {
        if (Suffix.NUMBER.matcher(inside).matches()) {
            if (base(before) instanceof Revision.Named named) {
                return new Revision.Earlier(named.name(), Integer.parseInt(inside));
            }
            throw invalid("Only the name of a ref has a log, for example main@{2}.");
        }
        Matcher xid = Suffix.XID.matcher(inside);
        if (xid.matches()) {
            try {
                return new Revision.AtTransaction(base(before), Long.parseUnsignedLong(xid.group(1)));
            } catch (NumberFormatException tooLarge) {
                throw invalid("A transaction id has 64 bits.");
            }
        }
        if (inside.startsWith(RESTORE_POINT) && inside.length() > RESTORE_POINT.length()) {
            return new Revision.AtRestorePoint(base(before), inside.substring(RESTORE_POINT.length()));
        }
        if (inside.isEmpty() || inside.startsWith("-") || inside.startsWith("xid:")
                || inside.equals(RESTORE_POINT)) {
            throw invalid("Between the braces stands a number, 'xid:' and a number, a time, or the name of a restore"
                    + " point.");
        }
        return new Revision.AtMoment(base(before), inside);
    }

    private Revision base(String before) {
        return before.isEmpty() ? new Revision.Named(HEAD) : parse(before);
    }

    private Revision name(String text) {
        boolean possible = !text.isBlank() && !text.contains("@{")
                && text.chars().noneMatch(c -> c <= ' ' || c == 0x7f || "~^:?*[\\".indexOf(c) >= 0);
        if (!possible) {
            throw invalid("A revision is a branch, a tag or a timeline id, and may be followed by @<lsn>, ^ or @{n},"
                    + " for example main@0/15ECF68.");
        }
        return new Revision.Named(text);
    }

    private InvalidInputException invalid(String hint) {
        return new InvalidInputException("invalid revision '" + whole + "'", hint);
    }
}
