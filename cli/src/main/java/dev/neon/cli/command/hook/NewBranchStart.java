package dev.neon.cli.command.hook;

import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.revision.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a database branch begins that git has already and neon has not: at the end of the one that git's branch was made from.
 * git tells in the branch's reflog (builtin/branch.c, {@code branch: Created from main}).
 */
final class NewBranchStart {
    private static final String CREATED = "branch: Created from ";
    private static final String RENAMED = "Branch: renamed refs/heads/";
    private static final String REMOTES = "refs/remotes/";

    private final Workspace workspace;
    private final Git git;

    NewBranchStart(Workspace workspace, Git git) {
        this.workspace = workspace;
        this.git = git;
    }

    /**
     * A start.
     *
     * @param name what it is called, for people
     * @param at   empty for where neon's HEAD is, with what is not committed there, as git takes along files
     */
    record Start(String name, Optional<Point> at) {}

    /**
     * Of a branch of git.
     *
     * @param head the branch of neon's HEAD
     */
    Start of(String branch, Optional<RefName> head) {
        for (String origin : origins(branch)) {
            if (head.isPresent() && head.get().shortName().equals(origin)) {
                return new Start(origin, Optional.empty());
            }
            Optional<RefName> ref = refsOf(origin).stream()
                    .filter(name -> workspace.repository().refs().read(name).isPresent()).findFirst();
            if (ref.isPresent()) {
                return new Start(ref.get().shortName(), Optional.of(workspace.resolver().resolve(ref.get().full())));
            }
        }
        // Of a branch that is unlike where HEAD is, nothing uncommitted is to become a part.
        RefName here = head.orElse(RefName.HEAD);
        return new Start(here.shortName(), Optional.of(workspace.resolver().resolve(here.full())));
    }

    /** Names of what the branch was made from or was called before, as git's user typed them, the nearest first. */
    private List<String> origins(String branch) {
        List<String> origins = new ArrayList<>();
        for (String entry : git.ask("log", "-g", "--format=%gs", "refs/heads/" + branch, "--").orElse(List.of())) {
            if (entry.startsWith(RENAMED)) {
                origins.add(entry.substring(RENAMED.length()).split(" ", 2)[0]);
            } else if (entry.equals(CREATED + "HEAD")) {
                git.ask("rev-parse", "--abbrev-ref", "@{-1}").stream().flatMap(List::stream).filter(name -> !name.isEmpty())
                        .forEach(origins::add);
            } else if (entry.startsWith(CREATED)) {
                String from = entry.substring(CREATED.length());
                origins.add(Git.branchOf(from).orElse(from));
            }
        }
        return origins;
    }

    /** What a name may mean here: a branch, a tag, a branch of a remote. */
    private static List<RefName> refsOf(String origin) {
        String remote = origin.startsWith(REMOTES) ? origin.substring(REMOTES.length()) : origin;
        int slash = remote.indexOf('/');
        List<Optional<RefName>> names = new ArrayList<>(List.of(RefName.of("refs/branches/" + origin), RefName.of("refs/tags/" + origin)));
        if (slash > 0) {
            names.add(RefName.of(REMOTES + remote.substring(0, slash) + "/branches/" + remote.substring(slash + 1)));
        }
        return names.stream().flatMap(Optional::stream).toList();
    }
}
