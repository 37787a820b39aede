package dev.neon.repo.refs;

import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts the refs of an announced operation in place. Every step can be repeated. Needs {@code refs.lock}. */
final class PendingRefs {
    private final RefStore store;
    private final DurableFiles files;

    PendingRefs(RefStore store) {
        this.store = store;
        this.files = store.files();
    }

    /** Completes the operation that is under way, if there is one. */
    void complete() {
        Optional<Operation> pending = store.log().pending();
        if (pending.isEmpty()) {
            return;
        }
        List<Path> recorded = store.log().record();
        List<RefChange> changes = pending.get().changes();
        // Removals come first: a ref 'a' makes room for 'a/b'.
        for (RefChange change : changes) {
            if (change.newValue().isEmpty()) {
                remove(store.path(change.ref()));
            }
        }
        Map<Path, byte[]> contents = new LinkedHashMap<>();
        for (RefChange change : changes) {
            change.newValue().ifPresent(value -> contents.put(place(change.ref()),
                    (value + "\n").getBytes(StandardCharsets.UTF_8)));
        }
        files.replaceAll(contents, recorded);
        store.log().finish();
    }

    /** The file of a ref, for which there is room now. */
    private Path place(RefName ref) {
        Path file = store.path(ref);
        removeEmptyDirectories(file);
        files.createDirectories(file.getParent());
        return file;
    }

    private void remove(Path file) {
        if (Files.isRegularFile(file)) {
            files.delete(file);
        }
        // refs/branches/a/b: up to but not including refs/branches.
        Path kind = store.neonDirectory().relativize(file);
        int keep = kind.startsWith("refs/remotes") ? 4 : 2;
        for (int names = kind.getNameCount() - 1; names > keep; names--) {
            Path directory = store.neonDirectory().resolve(kind.subpath(0, names));
            if (!isEmptyDirectory(directory)) {
                return;
            }
            files.delete(directory);
        }
    }

    /** A crash may have left directories of refs that are gone where a ref is to stand. */
    private void removeEmptyDirectories(Path path) {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            children(path).forEach(this::removeEmptyDirectories);
            files.delete(path);
        }
    }

    private static boolean isEmptyDirectory(Path directory) {
        return Files.isDirectory(directory) && children(directory).isEmpty();
    }

    private static List<Path> children(Path directory) {
        try {
            return Directories.list(directory);
        } catch (IOException failure) {
            throw new StorageFailedException("list", directory, failure);
        }
    }
}
