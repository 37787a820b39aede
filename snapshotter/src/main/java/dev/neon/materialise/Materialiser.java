package dev.neon.materialise;

import dev.neon.page.Page;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.repo.progress.Progress;
import dev.neon.slice.PageSource;
import dev.neon.slice.ParallelWork;
import dev.neon.state.BlockRange;
import dev.neon.state.ClusterMetadata;
import dev.neon.state.DataDirectorySkeleton;
import dev.neon.state.SyntheticCheckpoint;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Writes pages out as a data directory: all but {@code pg_wal} and the configuration files. Nothing is synced, since a
 * data directory can be made again.
 */
public final class Materialiser {
    private final FileSteps steps;
    private final ParallelWork parallel;
    private final Progress progress;
    private final Predicate<ForkKey> which;

    public Materialiser(FileSteps steps, ParallelWork parallel, Progress progress) {
        this(steps, parallel, progress, fork -> true);
    }

    private Materialiser(FileSteps steps, ParallelWork parallel, Progress progress, Predicate<ForkKey> which) {
        this.steps = steps;
        this.parallel = parallel;
        this.progress = progress;
        this.which = which;
    }

    /** One that leaves out all other forks, for a server that will not ask for them. */
    public Materialiser limitedTo(Predicate<ForkKey> forks) {
        return new Materialiser(steps, parallel, progress, forks);
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
        DataDirectorySkeleton.write(recovered.metadata(), checkpoint.controlFile(), steps, directory);
        writePages(recovered, directory);
        return checkpoint;
    }

    /** As {@link #writeShutDown(PageSource, Instant, Path)}, where the last record is the checkpoint of a shutdown. */
    public void writeShutDown(PageSource pages, Path directory) {
        PageSource recovered = new RecoveredPages(pages);
        DataDirectorySkeleton.write(recovered.metadata(),
                SyntheticCheckpoint.controlFileShutDown(recovered.metadata()), steps, directory);
        writePages(recovered, directory);
    }

    /**
     * As {@link #writeShutDown(PageSource, Instant, Path)}, of a server that crashed there: it will replay WAL from the last checkpoint before, and
     * leave alone what is newer.
     */
    public void writeCrashed(PageSource pages, Path directory) {
        DataDirectorySkeleton.write(pages.metadata(), SyntheticCheckpoint.controlFileInProduction(pages.metadata()),
                steps, directory);
        writePages(pages, directory);
    }

    private void writePages(PageSource pages, Path directory) {
        Map<Section, Long> sections = sections(pages.metadata());
        List<Section> pieces = new ArrayList<>(sections.keySet());
        pieces.sort(Comparator.comparing((Section section) -> -sections.get(section)).thenComparing(section -> section));
        long blocks = sections.values().stream().mapToLong(Long::longValue).sum();
        try (Progress.Task task = progress.begin("making the data directory", blocks * Page.SIZE,
                Progress.Unit.BYTES)) {
            parallel.run(pieces, () -> new SectionFiles(pages, steps, directory, task));
        }
    }

    /** The sections of all forks that are written, with their numbers of blocks. */
    private Map<Section, Long> sections(ClusterMetadata metadata) {
        Map<Section, Long> sections = new HashMap<>();
        for (ForkKey fork : metadata.forks()) {
            if (!which.test(fork)) {
                continue;
            }
            sections.put(Section.of(fork, 0), 0L);
            for (BlockRange range : metadata.ranges(fork)) {
                long to = Integer.toUnsignedLong(range.to());
                for (long block = Integer.toUnsignedLong(range.from()); block < to;) {
                    long end = Math.min(to, (block | Section.BLOCKS - 1) + 1);
                    sections.merge(Section.of(fork, (int) block), end - block, Long::sum);
                    block = end;
                }
            }
        }
        return sections;
    }
}
