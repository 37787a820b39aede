package dev.neon.repo.refs;

import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The full name of a ref: {@code HEAD}, {@code refs/branches/x}, {@code refs/tags/x},
 * {@code refs/remotes/origin/branches/x}, {@code refs/remotes/origin/tags/x} or {@code refs/stash/7/x}.
 *
 * <p>The part after the kind follows {@code git check-ref-format}. Beyond git, it may not begin with a dash, not be
 * {@code HEAD} or {@code @}, and not read as another kind of revision: a full ref name, a timeline id, or
 * {@code name@lsn}. A revision therefore has one meaning, whatever branches there are.
 */
public record RefName(String full) implements Comparable<RefName> {
    public static final RefName HEAD = new RefName("HEAD");

    /** What a ref is, which follows from its name. */
    public enum Kind { HEAD, BRANCH, TAG, REMOTE_BRANCH, REMOTE_TAG, STASH }

    private static final String BRANCHES = "refs/branches/";
    private static final String TAGS = "refs/tags/";
    private static final String REMOTES = "refs/remotes/";
    private static final String STASHES = "refs/stash/";
    private static final int MOST_DIGITS = 18;
    private static final int LONGEST_COMPONENT = 200; // file systems allow 255 bytes; temporary and lock names add some

    /** Made when it is needed: patterns cost a command's start. */
    private static final class AtLsn {
        private static final Pattern PATTERN = Pattern.compile(".*@\\p{XDigit}{1,8}/\\p{XDigit}{1,8}");
    }

    /** @throws InvalidInputException if no ref can have this name */
    public RefName {
        Optional<String> problem = problem(full);
        if (problem.isPresent()) {
            throw new InvalidInputException("invalid name '" + shortOf(full) + "': " + problem.get(),
                    "Names follow the rules of 'git check-ref-format', for example feature/login-2.");
        }
    }

    /** @throws InvalidInputException if no branch can have this name */
    public static RefName branch(String name) {
        return new RefName(BRANCHES + name);
    }

    /** @throws InvalidInputException if no tag can have this name */
    public static RefName tag(String name) {
        return new RefName(TAGS + name);
    }

    /** @throws InvalidInputException if no branch or no remote can have this name */
    public static RefName remoteBranch(String remote, String name) {
        return new RefName(REMOTES + remoteName(remote) + "/branches/" + name);
    }

    /** @throws InvalidInputException if no tag or no remote can have this name */
    public static RefName remoteTag(String remote, String name) {
        return new RefName(REMOTES + remoteName(remote) + "/tags/" + name);
    }

    /**
     * What was put aside with {@code neon stash}: {@code refs/stash/7/main}, or {@code refs/stash/7} if it was of no branch.
     *
     * @param number the higher the newer
     * @throws InvalidInputException if the number is below 0
     */
    public static RefName stash(long number, Optional<RefName> branch) {
        return new RefName(STASHES + number + branch.map(name -> '/' + name.shortName()).orElse(""));
    }

    /** The number of a stash; of another ref -1. */
    public long stashNumber() {
        return full.startsWith(STASHES) ? Long.parseLong(full.substring(STASHES.length()).split("/", 2)[0]) : -1;
    }

    /** The branch that a stash was put aside from. */
    public Optional<RefName> stashedBranch() {
        int slash = full.startsWith(STASHES) ? full.indexOf('/', STASHES.length()) : -1;
        return slash < 0 ? Optional.empty() : Optional.of(branch(full.substring(slash + 1)));
    }

    /** The ref of this name; empty if no ref can have it. */
    public static Optional<RefName> of(String full) {
        return problem(full).isPresent() ? Optional.empty() : Optional.of(new RefName(full));
    }

    private static String remoteName(String remote) {
        if (remote.contains("/")) {
            throw new InvalidInputException("invalid remote name '" + remote + "'",
                    "The name of a remote has no slash, for example origin.");
        }
        return remote;
    }

    public Kind kind() {
        if (full.startsWith(BRANCHES)) {
            return Kind.BRANCH;
        }
        if (full.startsWith(TAGS)) {
            return Kind.TAG;
        }
        if (full.startsWith(REMOTES)) {
            return remoteParts(full).get(1).equals("branches") ? Kind.REMOTE_BRANCH : Kind.REMOTE_TAG;
        }
        return full.startsWith(STASHES) ? Kind.STASH : Kind.HEAD;
    }

    /** The name as people say it: {@code HEAD}, {@code x}, {@code origin/x}. */
    public String shortName() {
        return shortOf(full);
    }

    @Override
    public int compareTo(RefName other) {
        return full.compareTo(other.full);
    }

    /** Written out, as is {@link #hashCode}: those that a record gets by itself cost 5 ms at the first call. */
    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof RefName other && other.full.equals(full);
    }

    @Override
    public int hashCode() {
        return full.hashCode();
    }

    @Override
    public String toString() {
        return full;
    }

    private static String shortOf(String full) {
        if (full.startsWith(BRANCHES)) {
            return full.substring(BRANCHES.length());
        }
        if (full.startsWith(TAGS)) {
            return full.substring(TAGS.length());
        }
        List<String> parts = remoteParts(full);
        return parts.size() == 3 ? parts.get(0) + "/" + parts.get(2) : full;
    }

    /** Remote, {@code branches} or {@code tags}, name; anything else for a name that is no remote ref. */
    private static List<String> remoteParts(String full) {
        return full.startsWith(REMOTES) ? List.of(full.substring(REMOTES.length()).split("/", 3)) : List.of();
    }

    private static Optional<String> problem(String full) {
        if (full.equals("HEAD")) {
            return Optional.empty();
        }
        String name;
        if (full.startsWith(BRANCHES) || full.startsWith(TAGS)) {
            name = shortOf(full);
        } else if (full.startsWith(STASHES)) {
            int slash = full.indexOf('/', STASHES.length());
            String number = full.substring(STASHES.length(), slash < 0 ? full.length() : slash);
            if (number.isEmpty() || number.length() > MOST_DIGITS || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Optional.of("a stash has a number");
            }
            name = slash < 0 ? number : full.substring(slash + 1);
        } else {
            List<String> parts = remoteParts(full);
            if (parts.size() != 3 || !(parts.get(1).equals("branches") || parts.get(1).equals("tags"))) {
                return Optional.of("refs stand under refs/branches, refs/tags, refs/remotes and refs/stash");
            }
            if (parts.get(0).startsWith("-")) {
                return Optional.of("a name cannot begin with a dash");
            }
            name = parts.get(2);
            if (full.contains("//")) {
                return Optional.of("a part between slashes is empty");
            }
        }
        Optional<String> ambiguous = ambiguity(name);
        return ambiguous.isPresent() ? ambiguous : checkRefFormat(full);
    }

    private static Optional<String> ambiguity(String name) {
        if (name.isEmpty()) {
            return Optional.of("a name cannot be empty");
        }
        if (name.startsWith("-")) {
            return Optional.of("a name cannot begin with a dash");
        }
        if (name.equals("HEAD") || name.equals("@") || name.startsWith("refs/")
                || TimelineId.isTimelineId(name) || name.indexOf('@') >= 0 && AtLsn.PATTERN.matcher(name).matches()) {
            return Optional.of("it would read as another kind of revision");
        }
        return Optional.empty();
    }

    /**
     * The rules of git's {@code refs.c check_refname_format} for a full name. JGit has them too, but inside a class
     * whose loading costs more than everything else that {@code neon branch} does; the tests compare the two.
     */
    private static Optional<String> checkRefFormat(String full) {
        if (full.contains("..") || full.contains("@{")) {
            return Optional.of("'..' and '@{' are not allowed");
        }
        if (full.endsWith(".")) {
            return Optional.of("a name cannot end with a dot");
        }
        for (char c : full.toCharArray()) {
            if (c < ' ' || c == 0x7f || " ~^:?*[\\".indexOf(c) >= 0) {
                return Optional.of("blanks, control characters and any of ~^:?*[\\ are not allowed");
            }
        }
        for (String component : full.split("/", -1)) {
            if (component.isEmpty()) {
                return Optional.of("a part between slashes is empty");
            }
            if (component.startsWith(".") || component.endsWith(".lock")) {
                return Optional.of("no part may begin with a dot or end with '.lock'");
            }
            if (component.getBytes(StandardCharsets.UTF_8).length > LONGEST_COMPONENT) {
                return Optional.of("a part is longer than " + LONGEST_COMPONENT + " bytes");
            }
        }
        return Optional.empty();
    }
}
