package dev.neon.repo.files;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Steps that fail, tear and get lost. They happen on a real (or in-memory) file system below one root; beside it a
 * {@link DiskModel} keeps what a disk would hold. Steps are counted from 1, {@link #sync} included.
 *
 * <p>Use: {@link #crashAt} (or {@link #failAt}, {@link #fullFrom}), run the code, catch {@link SimulatedCrash}, then
 * {@link #restart} turns the file system into what was left on the disk. Threads take turns.
 */
public final class FaultyFileSteps implements FileSteps {
    private final FileSteps real = new NioFileSteps();
    private final DiskModel disk;
    private int step;
    private int crashAt;
    private int failAt;
    private int fullFrom = Integer.MAX_VALUE;
    private boolean crashed;

    /** @param root an existing directory; what it holds counts as safely on disk. Nothing outside may be touched */
    public FaultyFileSteps(Path root) {
        this.disk = new DiskModel(root);
    }

    /** The steps taken or tried so far. */
    public int steps() {
        return step;
    }

    /** The machine stops in step {@code n}: a write is done by half, anything else not at all. */
    public FaultyFileSteps crashAt(int n) {
        crashAt = n;
        return this;
    }

    /** Step {@code n} fails with an I/O error and changes nothing; later ones work. */
    public FaultyFileSteps failAt(int n) {
        failAt = n;
        return this;
    }

    /** From step {@code n} on every write fails for want of space, an append after half of its bytes. */
    public FaultyFileSteps fullFrom(int n) {
        fullFrom = n;
        return this;
    }

    /** The machine comes up again with what {@code loss} leaves on the disk. This object is used up. */
    public void restart(Loss loss) {
        crashed = true;
        disk.restart(loss);
    }

    /** Counts a step; says whether a write in it is torn by the crash. */
    private boolean begin(Path path) throws IOException {
        step++;
        if (crashed) {
            throw new SimulatedCrash(step);
        }
        if (step == failAt) {
            throw new FileSystemException(path.toString(), null, "Input/output error");
        }
        crashed = step == crashAt;
        return crashed;
    }

    private void beginOther(Path path) throws IOException {
        if (begin(path)) {
            throw new SimulatedCrash(step);
        }
    }

    private static byte[] half(byte[] content) {
        return Arrays.copyOf(content, content.length / 2);
    }

    private FileSystemException full(Path path) {
        return new FileSystemException(path.toString(), null, "No space left on device");
    }

    @Override
    public synchronized void createDirectory(Path directory) throws IOException {
        beginOther(directory);
        if (step >= fullFrom) {
            throw full(directory);
        }
        real.createDirectory(directory);
        disk.created(directory);
    }

    @Override
    public synchronized void create(Path file, byte[] content) throws IOException {
        boolean torn = begin(file);
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        if (step >= fullFrom) {
            throw full(file);
        }
        real.create(file, torn ? half(content) : content);
        disk.created(file);
        crashIf(torn);
    }

    @Override
    public synchronized void append(Path file, byte[] content) throws IOException {
        boolean torn = begin(file);
        boolean isNew = !Files.exists(file);
        real.append(file, torn || step >= fullFrom ? half(content) : content);
        if (isNew) {
            disk.created(file);
        } else {
            disk.changed(file);
        }
        crashIf(torn);
        if (step >= fullFrom) {
            throw full(file);
        }
    }

    @Override
    public synchronized void setLength(Path file, long length) throws IOException {
        beginOther(file);
        real.setLength(file, length);
        disk.changed(file);
    }

    @Override
    public synchronized void overwrite(Path file, long offset, byte[] content) throws IOException {
        boolean torn = begin(file);
        if (step >= fullFrom) {
            throw full(file);
        }
        real.overwrite(file, offset, torn ? half(content) : content);
        disk.changed(file);
        crashIf(torn);
    }

    @Override
    public synchronized void copy(Path source, Path target) throws IOException {
        beginOther(target);
        if (step >= fullFrom) {
            throw full(target);
        }
        real.copy(source, target);
        disk.created(target);
    }

    @Override
    public synchronized void link(Path source, Path target) throws IOException {
        beginOther(target);
        if (step >= fullFrom) {
            throw full(target);
        }
        real.link(source, target);
        disk.created(target);
    }

    @Override
    public synchronized void sync(Path fileOrDirectory) throws IOException {
        beginOther(fileOrDirectory);
        if (!Files.exists(fileOrDirectory)) {
            throw new NoSuchFileException(fileOrDirectory.toString());
        }
        real.sync(fileOrDirectory);
        disk.synced(fileOrDirectory);
    }

    @Override
    public synchronized void rename(Path source, Path target) throws IOException {
        beginOther(target);
        real.rename(source, target);
        disk.renamed(source, target);
    }

    @Override
    public synchronized void symlink(Path link, Path target) throws IOException {
        beginOther(link);
        real.symlink(link, target);
        disk.created(link);
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        beginOther(path);
        real.delete(path);
        disk.deleted(path);
    }

    private void crashIf(boolean torn) {
        if (torn) {
            throw new SimulatedCrash(step);
        }
    }
}
