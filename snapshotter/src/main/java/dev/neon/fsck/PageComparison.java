package dev.neon.fsck;

import dev.neon.page.Page;
import dev.neon.pageview.PageKind;
import dev.neon.postgres.ForkNumber;
import dev.neon.repo.Lsn;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.slice.ImageWriter;
import dev.neon.slice.PageSource;
import dev.neon.slice.PageScan;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares the pages that neon's redo has made with those of a cluster that PostgreSQL has recovered to the same point and
 * shut down. Checksums and what is between the line pointers and the items do not count. The server may have touched pages
 * after the point: those whose LSN says so are passed over, and hint bits are masked.
 *
 * @param pages   that were compared
 * @param touched that PostgreSQL has changed after the point
 * @param hinted  that are alike but for hint bits
 * @param first   the first difference
 */
public record PageComparison(long pages, long touched, long hinted, Optional<String> first) {
    private static final int RUN = 16;

    /** The state of a comparison under way. */
    private static final class Tally {
        private long pages;
        private long touched;
        private long hinted;
        private Optional<String> first = Optional.empty();
    }

    /** Compares all pages, and the sizes of relations, up to the first difference. */
    public static PageComparison of(PageSource neon, PageSource postgres, Lsn point) {
        Tally tally = new Tally();
        Set<ForkKey> forks = new TreeSet<>(neon.metadata().forks());
        forks.addAll(postgres.metadata().forks());
        for (ForkKey fork : forks) {
            int ours = neon.metadata().blocks(fork);
            int theirs = postgres.metadata().blocks(fork);
            if (fork.relation().tablespace() != 0 && ours != theirs && tally.first.isEmpty()) {
                tally.first = Optional.of(fork + ": neon has " + Integer.toUnsignedString(ours)
                        + " blocks, PostgreSQL " + Integer.toUnsignedString(theirs));
            }
        }
        Set<Section> sections = new TreeSet<>(ImageWriter.sections(neon));
        sections.addAll(ImageWriter.sections(postgres));
        for (Section section : sections) {
            if (tally.first.isEmpty()) {
                compare(neon, postgres, section, point, tally);
            }
        }
        return new PageComparison(tally.pages, tally.touched, tally.hinted, tally.first);
    }

    private static void compare(PageSource neon, PageSource postgres, Section section, Lsn point, Tally tally) {
        byte[] ours = new byte[Page.SIZE];
        byte[] theirs = new byte[Page.SIZE];
        Set<Integer> blocks = new TreeSet<>(Integer::compareUnsigned);
        for (PageSource source : new PageSource[] {neon, postgres}) {
            try (PageScan scan = source.scan(section)) {
                while (scan.next()) {
                    blocks.add(scan.block());
                }
            }
        }
        for (int block : blocks) {
            neon.read(section.fork(), block, ours);
            postgres.read(section.fork(), block, theirs);
            tally.pages++;
            String where = section.fork() + " block " + Integer.toUnsignedString(block);
            difference(section.fork(), ours, theirs, point, tally).ifPresent(found ->
                    tally.first = tally.first.or(() -> Optional.of(where + found)));
        }
    }

    private static Optional<String> difference(ForkKey fork, byte[] ours, byte[] theirs, Lsn point, Tally tally) {
        if (fork.relation().tablespace() == 0) {
            return at(ours, theirs);
        }
        Page.of(ours).clearHole();
        Page.of(theirs).clearHole();
        if (Arrays.equals(ours, theirs)) {
            return Optional.empty();
        }
        if (Long.compareUnsigned(Page.of(theirs).lsn(), point.value()) > 0) {
            tally.touched++;
            return Optional.empty();
        }
        if (PageKind.of(Page.of(ours), ForkNumber.values()[fork.fork()]) == PageKind.HEAP) {
            HintBits.mask(Page.of(ours));
            HintBits.mask(Page.of(theirs));
        }
        Optional<String> found = at(ours, theirs);
        tally.hinted += found.isEmpty() ? 1 : 0;
        return found;
    }

    private static Optional<String> at(byte[] ours, byte[] theirs) {
        int at = Arrays.mismatch(ours, theirs);
        return at < 0 ? Optional.empty() : Optional.of(", byte " + at + ": neon has " + hex(ours, at)
                + ", PostgreSQL " + hex(theirs, at));
    }

    private static String hex(byte[] bytes, int at) {
        return HexFormat.of().formatHex(bytes, at, Math.min(at + RUN, bytes.length));
    }
}
