package dev.neon.sync;

import dev.neon.repo.files.FileSteps;
import dev.neon.repo.layer.LayerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files that a clone has in common with the repository that it is a clone of: hard links to layers and to whole segments of WAL, which nobody
 * ever writes to again. docs/sync.md says why no others. Safe for several threads.
 */
final class SharedFiles {
    private static final String OWNER = "unix:uid";

    private final FileSteps steps;
    private final Path directory;
    private final Set<Path> linked = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytes = new AtomicLong();

    /** @param directory to which they come; it need not be there yet */
    SharedFiles(FileSteps steps, Path directory) {
        this.steps = steps;
        this.directory = directory;
    }

    /**
     * Makes a link, if that may be.
     *
     * @param piece all of the file
     * @return false if it is to be copied: nothing has changed then
     * @throws NoSuchFileException if there is no such file any more
     */
    boolean link(Piece piece, Path source, Path file) throws IOException {
        if (!(piece instanceof Piece.OfWal || LayerFile.isLayer(source.getFileName().toString())) || !isOurs(source)) {
            return false;
        }
        try {
            steps.link(source, file);
        } catch (NoSuchFileException gone) {
            throw gone;
        } catch (IOException another) {
            // On another file system, or as often linked as it may be. If something is wrong, copying will tell.
            return false;
        }
        linked.add(file);
        bytes.addAndGet(piece.bytes());
        return true;
    }

    /** What another user owns could not be read by this one's servers, or would be taken from its owner when those are given it. */
    private boolean isOurs(Path source) throws IOException {
        return knowsLinks(source) && Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)
                && Files.getAttribute(source, OWNER).equals(Files.getAttribute(directory, OWNER));
    }

    boolean has(Path file) {
        return linked.contains(file);
    }

    long bytes() {
        return bytes.get();
    }

    /** Whether a file has several names, so that it may be somebody else's too. */
    static boolean hasOtherNames(Path file) throws IOException {
        return knowsLinks(file) && (int) Files.getAttribute(file, "unix:nlink") > 1;
    }

    private static boolean knowsLinks(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("unix");
    }
}
