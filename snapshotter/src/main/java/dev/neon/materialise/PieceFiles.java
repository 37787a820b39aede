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
import java.nio.file.Path;
import java.util.List;

/** Writes piece after piece of the files, on one thread. */
final class PieceFiles implements ParallelWork.Worker<Piece> {
    private static final int INIT = ForkNumber.INIT.ordinal();

    private final PageSource pages;
    private final Path directory;
    private final boolean hasChecksums;
    private final ReusedFiles reused;
    private final Progress.Task progress;
    private final PageFile file;
    private final PageChecksum checksum = new PageChecksum();
    private final Page page = Page.zero();

    /** @param reused where only changes are written */
    PieceFiles(PageSource pages, ReusedFiles reused, FileSteps steps, Path directory, Progress.Task progress) {
        this.pages = pages;
        this.reused = reused;
        this.directory = directory;
        this.hasChecksums = pages.metadata().identity().checksums();
        this.progress = progress;
        this.file = new PageFile(steps);
    }

    @Override
    public void work(Piece piece) {
        if (reused.has(piece.section())) {
            bringForward(piece);
            return;
        }
        for (ForkKey as : filesOf(piece.section().fork())) {
            try (PageScan scan = pages.scan(piece.section(), (int) piece.from())) {
                write(piece, as, scan, piece.isPart());
            }
        }
    }

    /** Writes what has changed in a file that was taken over; much of that is made of what the file holds. */
    private void bringForward(Piece piece) {
        Section section = piece.section();
        try (EarlierFile earlier = EarlierFile.open(path(section.fork(), section.firstBlock()), section);
                PageScan scan = reused.scan(section, (int) piece.from(), earlier)) {
            write(piece, section.fork(), scan, true);
        }
    }

    private Path path(ForkKey as, int block) {
        return directory.resolve(ForkPath.of(pages.metadata().major(), as, block));
    }

    /** What a fork's pages are written as: of an unlogged relation, what a server that has crashed makes of it. */
    static List<ForkKey> filesOf(ForkKey fork) {
        return fork.fork() != INIT ? List.of(fork)
                : List.of(fork, new ForkKey(fork.relation(), ForkNumber.MAIN.ordinal()));
    }

    /** @param isThere whether the files are, in their full length */
    private void write(Piece piece, ForkKey as, PageScan scan, boolean isThere) {
        int inFile = ForkPath.blocksInFile(as);
        boolean isMore = piece.blocks() > 0 && scan.next();
        long from = piece.from();
        do {
            long fileStart = from - from % inFile;
            long end = Math.min(piece.to(), fileStart + inFile);
            if (isThere) {
                file.beginPart(path(as, (int) from));
            } else {
                file.begin(path(as, (int) from));
            }
            for (; isMore && Integer.toUnsignedLong(scan.block()) < end; isMore = scan.next()) {
                put(scan, as, (int) (Integer.toUnsignedLong(scan.block()) - fileStart));
            }
            file.end((int) (end - fileStart));
            progress.advance((end - from) * Page.SIZE);
            from = end;
        } while (from < piece.to());
    }

    private void put(PageScan scan, ForkKey as, int number) {
        scan.read(page.bytes());
        if (hasChecksums && as.relation().tablespace() != 0 && !page.isNew()) {
            page.setChecksum(checksum.of(page.bytes(), 0, scan.block()));
        }
        file.put(number, page.bytes());
    }
}
