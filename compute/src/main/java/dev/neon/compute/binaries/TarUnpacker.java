package dev.neon.compute.binaries;

import dev.neon.repo.error.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Unpacks a tar that may be hostile: nothing is written outside the target, and no link that leads out of it is left
 * behind. Directories, regular files, symbolic and hard links are known; anything else is refused.
 */
public final class TarUnpacker {
    private static final int ANY_EXECUTE = 0111;

    private final Path target;
    private final Access access;
    private final Function<String, InvalidInputException> refusal;
    private final Set<Path> directories = new HashSet<>();
    private final List<Path> links = new ArrayList<>();

    /** Who may read what is unpacked. */
    public enum Access {
        /** Its owner alone. */
        OWNER("rw-------", "rwx------"),
        /** Every account. */
        ALL("rw-r--r--", "rwxr-xr-x");

        private final String file;
        private final String program;

        Access(String file, String program) {
            this.file = file;
            this.program = program;
        }
    }

    /**
     * @param target  an existing directory without files of the archive's names
     * @param refusal makes the exception for an archive that is not taken, from the reason
     */
    public TarUnpacker(Path target, Access access, Function<String, InvalidInputException> refusal) throws IOException {
        this.target = target.toRealPath();
        this.access = access;
        this.refusal = refusal;
    }

    /**
     * Unpacks a tar that is no longer compressed.
     *
     * @throws InvalidInputException if it is damaged, leads out of the target or holds devices or pipes
     * @throws IOException           if the target cannot be written
     */
    public void unpack(InputStream uncompressed) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(uncompressed)) {
            for (TarArchiveEntry entry = next(tar); entry != null; entry = next(tar)) {
                unpack(entry, tar);
            }
        }
        // Link by link each may look inside, and through another it is not.
        for (Path link : links) {
            if (Files.exists(link) && !link.toRealPath().startsWith(target)) {
                throw leadsOut(target.relativize(link).toString());
            }
        }
    }

    private TarArchiveEntry next(TarArchiveInputStream tar) {
        try {
            return tar.getNextEntry();
        } catch (IOException | IllegalArgumentException e) {
            throw damaged();
        }
    }

    private void unpack(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
        String name = entry.getName();
        Path path = inside(target.resolve(name), name);
        if (entry.isDirectory()) {
            directory(path, name);
            return;
        }
        if (path.equals(target)) {
            throw leadsOut(name);
        }
        directory(path.getParent(), name);
        if (entry.isSymbolicLink()) {
            inside(path.resolveSibling(entry.getLinkName()), name);
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            links.add(path);
        } else if (entry.isLink()) {
            Files.createLink(path, linked(entry));
        } else if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
            throw refusal.apply("'" + name + "' is neither file, directory nor link");
        } else {
            write(entry, tar, path);
        }
    }

    private Path linked(TarArchiveEntry entry) throws IOException {
        try {
            return inside(inside(target.resolve(entry.getLinkName()), entry.getName()).toRealPath(), entry.getName());
        } catch (NoSuchFileException missing) {
            throw refusal.apply("'" + entry.getName() + "' is a link to '" + entry.getLinkName() + "', which is not there");
        }
    }

    private void write(TarArchiveEntry entry, TarArchiveInputStream tar, Path path) throws IOException {
        Files.createFile(path);
        try (var out = Files.newOutputStream(path)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = read(tar, buffer); n >= 0; n = read(tar, buffer)) {
                out.write(buffer, 0, n);
            }
        }
        boolean executable = (entry.getMode() & ANY_EXECUTE) != 0;
        Files.setPosixFilePermissions(path,
                PosixFilePermissions.fromString(executable ? access.program : access.file));
    }

    /** Failing to read is the archive's fault, failing to write is the disk's. */
    private int read(TarArchiveInputStream tar, byte[] buffer) {
        try {
            return tar.read(buffer);
        } catch (IOException e) {
            throw damaged();
        }
    }

    /** Creates a directory and those above it, one by one: below a link, the next would be somewhere else. */
    private void directory(Path directory, String entry) throws IOException {
        if (directory.equals(target) || directories.contains(directory)) {
            return;
        }
        directory(directory.getParent(), entry);
        if (Files.isSymbolicLink(directory)) {
            throw leadsOut(entry);
        }
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(directory);
        }
        directories.add(directory);
    }

    private Path inside(Path path, String entry) {
        Path normal = path.normalize();
        if (!normal.startsWith(target)) {
            throw leadsOut(entry);
        }
        return normal;
    }

    private InvalidInputException leadsOut(String entry) {
        return refusal.apply("'" + entry + "' leads out of the archive");
    }

    private InvalidInputException damaged() {
        return refusal.apply("it is damaged or cut short");
    }
}
