package dev.neon.materialise;

import dev.neon.page.Page;
import dev.neon.postgres.ForkNumber;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.slice.EarlierPages;
import dev.neon.slice.PageScan;
import dev.neon.slice.PagesSince;
import dev.neon.state.ClusterMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The files of relations that were taken over from an older data directory, in which only what has changed since is to be
 * written. Hints on a page are as true later, as long as the page is the same: so a changed one is written whole, made
 * from the layers, and never by changing the one that is there. SLRUs, init forks and the main forks of unlogged
 * relations are small or worthless, and free space maps know too much: of these nothing is taken.
 */
final class ReusedFiles {
    /** None. */
    static final ReusedFiles NONE = new ReusedFiles(PagesSince.NOTHING);

    private final PagesSince since;
    private final Set<Section> sections = new HashSet<>();

    private ReusedFiles(PagesSince since) {
        this.since = since;
    }

    /**
     * Moves files to where they belong in a data directory, and gives them their new length.
     *
     * @param metadata  of the new one
     * @param older     where they are
     * @param directory has the directories for them
     */
    static ReusedFiles take(ClusterMetadata metadata, PagesSince since, FileSteps steps, Path older, Path directory) {
        ReusedFiles reused = new ReusedFiles(since);
        for (ForkKey fork : metadata.forks()) {
            if (fork.relation().tablespace() != 0 && fork.fork() != ForkNumber.INIT.ordinal()) {
                long blocks = Integer.toUnsignedLong(metadata.blocks(fork));
                long kept = Integer.toUnsignedLong(since.kept(fork));
                for (long first = 0; first == 0 || first < blocks; first += Section.BLOCKS) {
                    String name = ForkPath.of(metadata.major(), fork, (int) first);
                    if (move(steps, older.resolve(name), directory.resolve(name), inFile(first, kept),
                            inFile(first, blocks))) {
                        reused.sections.add(Section.of(fork, (int) first));
                    }
                }
            }
        }
        return reused;
    }

    private static long inFile(long first, long blocks) {
        return Math.clamp(blocks - first, 0, Section.BLOCKS) * Page.SIZE;
    }

    /**
     * @param kept   how many bytes are of use
     * @param length how many the file is to have
     */
    private static boolean move(FileSteps steps, Path from, Path to, long kept, long length) {
        try {
            if (!Files.isRegularFile(from, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            long found = Files.size(from);
            if (found % Page.SIZE != 0) {
                return false;
            }
            steps.rename(from, to);
            if (found > kept) {
                steps.setLength(to, kept);
            }
            if (Math.min(found, kept) < length) {
                steps.setLength(to, length);
            }
            return true;
        } catch (IOException e) {
            throw new StorageFailedException("take over", from, e);
        }
    }

    /** Whether the file of a section was taken over. */
    boolean has(Section section) {
        return sections.contains(section);
    }

    /**
     * What has to be written of such a section.
     *
     * @param earlier reads what its file has, before anything of it is written
     */
    PageScan scan(Section section, int from, EarlierPages earlier) {
        return since.scan(section, from, earlier);
    }
}
