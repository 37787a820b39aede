package dev.neon.materialise;

import dev.neon.page.Page;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.repo.progress.Progress;
import dev.neon.slice.PageSource;
import dev.neon.slice.PagesSince;
import dev.neon.slice.ParallelWork;
import dev.neon.state.ClusterMetadata;
import dev.neon.state.DataDirectorySkeleton;
import dev.neon.state.SyntheticCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Writes pages out as a data directory: all but {@code pg_wal} and the configuration files. Nothing is synced, since a
 * data directory can be made again.
 */
public final class Materialiser {
    /** 32 MiB of pages. */
    private static final int PIECE_BLOCKS = 1 << 12;

    private final FileSteps steps;
    private final ParallelWork parallel;
    private final Progress progress;
    private final Predicate<ForkKey> which;
    private final int pieceBlocks;
    private final Optional<OlderDirectory> older;

    public Materialiser(FileSteps steps, ParallelWork parallel, Progress progress) {
        this(steps, parallel, progress, fork -> true, PIECE_BLOCKS, Optional.empty());
    }

    private Materialiser(FileSteps steps, ParallelWork parallel, Progress progress, Predicate<ForkKey> which,
            int pieceBlocks, Optional<OlderDirectory> older) {
        this.steps = steps;
        this.parallel = parallel;
        this.progress = progress;
        this.which = which;
        this.pieceBlocks = pieceBlocks;
        this.older = older;
    }

    /** One that leaves out all other forks, for a server that will not ask for them. */
    public Materialiser limitedTo(Predicate<ForkKey> forks) {
        return new Materialiser(steps, parallel, progress, forks, pieceBlocks, older);
    }

    /**
     * One whose threads take other pieces at a time.
     *
     * @param blocks a power of two
     */
    public Materialiser inPiecesOf(int blocks) {
        return new Materialiser(steps, parallel, progress, which, blocks, older);
    }

    /** One that takes files over from an older data directory, as far as it is known what has changed since. */
    public Materialiser reusing(OlderDirectory directory) {
        return new Materialiser(steps, parallel, progress, which, pieceBlocks, Optional.of(directory));
    }

    /**
     * Writes the data directory of a server that was shut down at the pages' LSN.
     *
     * @param time      when it was shut down
     * @param directory does not exist; its parent does
     * @return the checkpoint of that shutdown, which the server's WAL has to have before the server starts
     * @throws dev.neon.repo.error.CorruptFileException   if the pages cannot be read
     * @throws dev.neon.repo.error.UnsupportedException   if there is an external tablespace
     * @throws dev.neon.repo.error.StorageFailedException if a file cannot be read or written
     */
    public SyntheticCheckpoint writeShutDown(PageSource pages, Instant time, Path directory) {
        PageSource recovered = new RecoveredPages(pages);
        SyntheticCheckpoint checkpoint = new SyntheticCheckpoint(recovered.metadata(), time);
        write(recovered, checkpoint.controlFile(), directory);
        return checkpoint;
    }

    /** As {@link #writeShutDown(PageSource, Instant, Path)}, where the last record is the checkpoint of a shutdown. */
    public void writeShutDown(PageSource pages, Path directory) {
        PageSource recovered = new RecoveredPages(pages);
        write(recovered, SyntheticCheckpoint.controlFileShutDown(recovered.metadata()), directory);
    }

    /**
     * As {@link #writeShutDown(PageSource, Instant, Path)}, of a server that crashed there: it will replay WAL from the last checkpoint before, and
     * leave alone what is newer.
     */
    public void writeCrashed(PageSource pages, Path directory) {
        DataDirectorySkeleton.write(pages.metadata(), SyntheticCheckpoint.controlFileInProduction(pages.metadata()),
                steps, directory);
        writePages(pages, ReusedFiles.NONE, "making the data directory", directory);
    }

    private void write(PageSource pages, byte[] controlFile, Path directory) {
        DataDirectorySkeleton.write(pages.metadata(), controlFile, steps, directory);
        Optional<PagesSince> since = older.flatMap(stopped -> pages.since(stopped.lsn()));
        if (since.isPresent()) {
            OlderDirectory stopped = older.get();
            writePages(pages, ReusedFiles.take(pages.metadata(), since.get(), steps, stopped.take().get(), directory),
                    "bringing the data directory from " + stopped.lsn() + " to " + pages.metadata().lsn(), directory);
        } else {
            writePages(pages, ReusedFiles.NONE, "making the data directory", directory);
        }
    }

    private void writePages(PageSource pages, ReusedFiles reused, String what, Path directory) {
        List<Piece> pieces = new ArrayList<>();
        for (ForkKey fork : pages.metadata().forks()) {
            if (which.test(fork)) {
                pieces.addAll(Piece.of(pages.metadata(), fork, pieceBlocks));
            }
        }
        // Those of one file keep their order.
        pieces.sort(Comparator.comparing((Piece piece) -> -piece.blocks()));
        long blocks = pieces.stream().mapToLong(Piece::blocks).sum();
        try (Progress.Task task = progress.begin(what, blocks * Page.SIZE, Progress.Unit.BYTES)) {
            createLarge(pieces.stream().filter(piece -> piece.isPart() && !reused.has(piece.section())).toList(),
                    pages.metadata(), directory);
            parallel.run(pieces, () -> new PieceFiles(pages, reused, steps, directory, task));
        }
    }

    /** Makes the files of which several threads write parts, full of holes. */
    private void createLarge(List<Piece> parts, ClusterMetadata metadata, Path directory) {
        Map<Section, Long> lengths = new TreeMap<>();
        parts.forEach(piece -> lengths.merge(piece.section(),
                piece.to() - Integer.toUnsignedLong(piece.section().firstBlock()), Math::max));
        lengths.forEach((section, blocks) -> {
            for (ForkKey as : PieceFiles.filesOf(section.fork())) {
                Path file = directory.resolve(ForkPath.of(metadata.major(), as, section.firstBlock()));
                try {
                    steps.create(file, new byte[0]);
                    steps.setLength(file, blocks * Page.SIZE);
                } catch (IOException e) {
                    throw new StorageFailedException("write", file, e);
                }
            }
        });
    }
}
