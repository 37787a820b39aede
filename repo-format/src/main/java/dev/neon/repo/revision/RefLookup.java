package dev.neon.repo.revision;

import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.Operation;
import dev.neon.repo.refs.RefChange;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From a name to the ref that it means. */
final class RefLookup {
    private final Repository repository;

    RefLookup(Repository repository) {
        this.repository = repository;
    }

    /** The existing ref of this full or short name. */
    Optional<RefName> find(String name) {
        return candidates(name).stream().filter(this::exists).findFirst();
    }

    /** Like {@link #find}, or else one that the log still knows although it has been removed. */
    Optional<RefName> findLogged(String name) {
        return find(name).or(() -> candidates(name).stream()
                .filter(ref -> !repository.log().of(ref).isEmpty()).findFirst());
    }

    private boolean exists(RefName ref) {
        return repository.refs().read(ref).isPresent();
    }

    private static List<RefName> candidates(String name) {
        List<String> fullNames = new ArrayList<>();
        if (name.equals("HEAD") || name.startsWith("refs/")) {
            fullNames.add(name);
        } else {
            fullNames.add("refs/branches/" + name);
            fullNames.add("refs/tags/" + name);
            int slash = name.indexOf('/');
            if (slash > 0) {
                String remote = "refs/remotes/" + name.substring(0, slash);
                fullNames.add(remote + "/branches" + name.substring(slash));
                fullNames.add(remote + "/tags" + name.substring(slash));
            }
        }
        return fullNames.stream().flatMap(full -> RefName.of(full).stream()).toList();
    }

    /** The branch that HEAD is on, which need not exist, if {@code ref} is HEAD; else {@code ref}. */
    RefName followHead(RefName ref) {
        return repository.refs().read(ref)
                .map(target -> target instanceof RefTarget.Symbolic symbolic ? symbolic.name() : ref)
                .orElse(ref);
    }

    /** The existing branch of this name, or the one HEAD is on. */
    Optional<RefName> branch(String name) {
        return candidates(name).stream().filter(this::exists).findFirst().map(this::followHead)
                .filter(ref -> ref.kind() == RefName.Kind.BRANCH && exists(ref));
    }

    Optional<String> ambiguity(String name) {
        List<RefName> found = candidates(name).stream().filter(this::exists).toList();
        return found.size() < 2 ? Optional.empty()
                : Optional.of("name '" + name + "' is ambiguous: using " + found.getFirst() + ", there is also "
                        + found.get(1));
    }

    /**
     * What a ref held some operations ago.
     *
     * @throws NotFoundException if the log does not go back so far
     */
    RefTarget earlier(RefName ref, int operations) {
        List<RefChange> changes = new ArrayList<>();
        for (Operation operation : repository.log().of(ref)) {
            operation.changes().stream().filter(change -> change.ref().equals(ref)).forEach(changes::add);
        }
        Optional<String> value;
        if (operations == 0 && changes.isEmpty()) {
            return repository.refs().read(ref).orElseThrow(() -> unknown(ref.shortName()));
        } else if (operations < changes.size()) {
            value = changes.get(operations).newValue();
        } else if (operations == changes.size()) {
            value = changes.getLast().oldValue();
        } else {
            value = Optional.empty();
        }
        // Before the oldest change there is nothing, if that has made it.
        int oldest = changes.isEmpty() || changes.getLast().oldValue().isPresent() ? changes.size() : changes.size() - 1;
        String name = ref.shortName();
        return value.map(text -> RefTarget.parse(ref, text)).orElseThrow(() -> new NotFoundException(
                "revision '" + name + "@{" + operations + "}' does not exist",
                operations > oldest ? "The log of '" + name + "' goes back to " + name + "@{" + oldest + "} at most."
                        : "It was deleted then; 'neon reflog " + name + "' shows what it was before."));
    }

    NotFoundException unborn(RefName branch) {
        return new NotFoundException("HEAD is on branch '" + branch.shortName() + "', which does not exist",
                "Name another branch, or run 'neon branch' to see what there is.");
    }

    NotFoundException unknown(String name) {
        if (name.equals(RefName.HEAD.full())) {
            return new NotFoundException("the file '" + repository.directory().resolve(name) + "' is missing",
                    "Write 'ref: refs/branches/<name>' into it, with the branch to be on.");
        }
        int at = name.lastIndexOf('@');
        if (at > 0 && (find(name.substring(0, at)).isPresent() || TimelineId.isTimelineId(name.substring(0, at)))) {
            return new NotFoundException("no branch or tag is named '" + name + "', and '" + name.substring(at + 1)
                    + "' is not an LSN", "An LSN is two hexadecimal numbers with a slash between, for example "
                    + name.substring(0, at) + "@0/15ECF68.");
        }
        List<String> names = new ArrayList<>();
        for (RefName.Kind kind : List.of(RefName.Kind.BRANCH, RefName.Kind.TAG, RefName.Kind.REMOTE_BRANCH)) {
            repository.refs().list(kind).keySet().forEach(ref -> names.add(ref.shortName()));
        }
        return new NotFoundException("no branch or tag is named '" + name + "'",
                NearNames.hint(name, names).orElse("Run 'neon branch' and 'neon tag' to see what there is."));
    }
}
