package dev.neon.repo.refs;

import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The files below {@code refs/}, without regard to an operation that is under way. */
final class LooseRefs {
    private final Path neonDirectory;

    LooseRefs(Path neonDirectory) {
        this.neonDirectory = neonDirectory;
    }

    /** The refs of a kind. A file whose name no ref can have is passed over, as git does. */
    RefStore.Listing list(RefName.Kind kind) {
        RefStore.Listing listing = new RefStore.Listing(new TreeMap<>(), new TreeMap<>());
        for (RefName ref : names(directory(kind))) {
            Path file = neonDirectory.resolve(ref.full());
            if (ref.kind() == kind) {
                read(file).ifPresent(text -> add(listing, ref, file, text));
            }
        }
        return listing;
    }

    private static void add(RefStore.Listing listing, RefName ref, Path file, String text) {
        try {
            listing.refs().put(ref, RefFormat.parse(file, text));
        } catch (CorruptFileException problem) {
            listing.damaged().put(ref, problem);
        }
    }

    /** The names of all refs below a directory, which may be missing. */
    List<RefName> names(Path directory) {
        List<RefName> names = new ArrayList<>();
        walk(directory, names);
        return names;
    }

    private void walk(Path directory, List<RefName> names) {
        try {
            for (Path entry : Directories.list(directory)) {
                if (DurableFiles.isTemporary(entry)) {
                    continue;
                }
                if (Files.isDirectory(entry)) {
                    walk(entry, names);
                } else {
                    String full = neonDirectory.relativize(entry).toString()
                            .replace(entry.getFileSystem().getSeparator(), "/");
                    RefName.of(full).ifPresent(names::add);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException absent) {
            // No refs here, or a writer is just removing the last one.
        } catch (IOException failure) {
            throw new StorageFailedException("list", directory, failure);
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException failure) {
            if (!Files.isRegularFile(file)) {
                // A writer has just removed it, or made room for refs below its name.
                return Optional.empty();
            }
            throw new StorageFailedException("read", file, failure);
        }
    }

    private Path directory(RefName.Kind kind) {
        return neonDirectory.resolve(switch (kind) {
            case HEAD -> "HEAD";
            case BRANCH -> "refs/branches";
            case TAG -> "refs/tags";
            case REMOTE_BRANCH, REMOTE_TAG -> "refs/remotes";
            case STASH -> "refs/stash";
        });
    }
}
