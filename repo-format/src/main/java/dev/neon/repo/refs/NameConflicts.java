package dev.neon.repo.refs;

import dev.neon.repo.error.ConflictException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A ref is a file, so 'a' and 'a/b' cannot both exist, as in git. */
final class NameConflicts {
    private NameConflicts() {}

    /** @throws ConflictException if after the changes one ref's name were a directory of another's */
    static void check(Path neonDirectory, List<RefChange> changes) {
        Set<RefName> removed = new HashSet<>();
        Set<RefName> present = new HashSet<>();
        changes.forEach(change -> (change.newValue().isEmpty() ? removed : present).add(change.ref()));
        LooseRefs loose = new LooseRefs(neonDirectory);
        for (RefChange change : changes) {
            if (change.newValue().isEmpty() || change.oldValue().isPresent()) {
                continue;
            }
            RefName ref = change.ref();
            for (RefName below : loose.names(neonDirectory.resolve(ref.full()))) {
                if (!removed.contains(below)) {
                    throw conflict(ref, below);
                }
            }
            for (String above = parent(ref.full()); !above.isEmpty(); above = parent(above)) {
                RefName name = RefName.of(above).orElse(ref);
                boolean stays = !name.equals(ref) && !removed.contains(name)
                        && Files.isRegularFile(neonDirectory.resolve(above));
                if (stays || !name.equals(ref) && present.contains(name)) {
                    throw conflict(ref, name);
                }
            }
        }
    }

    private static String parent(String full) {
        return full.substring(0, Math.max(0, full.lastIndexOf('/')));
    }

    private static ConflictException conflict(RefName wanted, RefName existing) {
        return new ConflictException("unable to create '" + wanted.shortName() + "': '" + existing.shortName()
                + "' exists", "A name cannot be both a ref and the directory of another. Choose another name.");
    }
}
