package dev.neon.materialise;

import dev.neon.page.Page;
import dev.neon.page.PageChecksum;
import dev.neon.postgres.ForkNumber;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.repo.progress.Progress;
import dev.neon.slice.PageScan;
import dev.neon.slice.PageSource;
import dev.neon.slice.ParallelWork;
import dev.neon.state.BlockRange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes the files of section after section, on one thread. */
final class SectionFiles implements ParallelWork.Worker<Section> {
    private static final int INIT = ForkNumber.INIT.ordinal();

    private final PageSource pages;
    private final Path directory;
    private final boolean hasChecksums;
    private final Progress.Task progress;
    private final PageFile file;
    private final PageChecksum checksum = new PageChecksum();
    private final Page page = Page.zero();

    SectionFiles(PageSource pages, FileSteps steps, Path directory, Progress.Task progress) {
        this.pages = pages;
        this.directory = directory;
        this.hasChecksums = pages.metadata().identity().checksums();
        this.progress = progress;
        this.file = new PageFile(steps);
    }

    @Override
    public void work(Section section) {
        write(section, section.fork());
        if (section.fork().fork() == INIT) {
            // As a server empties unlogged relations when it has crashed.
            write(section, new ForkKey(section.fork().relation(), ForkNumber.MAIN.ordinal()));
        }
    }

    private void write(Section section, ForkKey as) {
        try (PageScan scan = pages.scan(section)) {
            boolean isMore = scan.next();
            long base = Integer.toUnsignedLong(section.firstBlock());
            int inFile = ForkPath.blocksInFile(as);
            List<BlockRange> ranges = new ArrayList<>(pages.metadata().ranges(section.fork()));
            ranges.sort((one, other) -> Integer.compareUnsigned(one.from(), other.from()));
            if (ranges.isEmpty() && as.relation().tablespace() != 0) {
                file.begin(directory.resolve(ForkPath.of(pages.metadata().major(), as, 0)));
                file.end(0);
            }
            for (BlockRange range : ranges) {
                long from = Math.max(Integer.toUnsignedLong(range.from()), base);
                long to = Math.min(Integer.toUnsignedLong(range.to()), base + Section.BLOCKS);
                while (from < to) {
                    long fileStart = from - from % inFile;
                    long end = Math.min(to, fileStart + inFile);
                    file.begin(directory.resolve(ForkPath.of(pages.metadata().major(), as, (int) from)));
                    for (; isMore && Integer.toUnsignedLong(scan.block()) < end; isMore = scan.next()) {
                        put(scan, as, (int) (Integer.toUnsignedLong(scan.block()) - fileStart));
                    }
                    file.end((int) (end - fileStart));
                    progress.advance((end - from) * Page.SIZE);
                    from = end;
                }
            }
        }
    }

    private void put(PageScan scan, ForkKey as, int number) {
        scan.read(page.bytes());
        if (hasChecksums && as.relation().tablespace() != 0 && !page.isNew()) {
            page.setChecksum(checksum.of(page.bytes(), 0, scan.block()));
        }
        file.put(number, page.bytes());
    }
}
