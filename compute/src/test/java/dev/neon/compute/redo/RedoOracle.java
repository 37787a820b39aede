package dev.neon.compute.redo;

import dev.neon.compute.redo.ClusterPages.Place;
import dev.neon.compute.redo.RedoTally.Outcome;
import dev.neon.dialect.RecordLine;
import dev.neon.dialect.WalDialect;
import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.PostgresMajor;
import dev.neon.redo.PageMask;
import dev.neon.redo.PageMasks;
import dev.neon.redo.PageRedo;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.ResourceManager;
import dev.neon.wal.PageImages;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Does every record to the pages of a cluster and compares each page with the image that the server has put into the
 * record for that purpose ({@code wal_consistency_checking}), as its own recovery would ({@code REL_17 xlogrecovery.c
 * verifyBackupPageConsistency}). A page goes on as redo has left it; after a difference as the server has it, so that one
 * error does not show as many.
 */
final class RedoOracle implements AutoCloseable {
    private static final String NO_REDO = "changes no page";

    private final WalDialect dialect;
    private final ClusterPages pages;
    private final RedoTally tally;
    private final Predicate<String> managers;
    private final PageRedo redo;
    private final LostMaps lostMaps = new LostMaps();
    private final PageImages images = new PageImages();
    private final RecordLine line;
    private final Page image = Page.zero();
    private final Page masked = Page.zero();
    private final Page maskedImage = Page.zero();

    /** @param managers whose records are done, by name; from those of others only images are taken */
    RedoOracle(PostgresMajor major, ClusterPages pages, RedoTally tally, Predicate<String> managers) {
        this.dialect = WalDialect.of(major);
        this.pages = pages;
        this.tally = tally;
        this.managers = managers;
        this.redo = new PageRedo(major);
        this.line = new RecordLine(major, false, ZoneOffset.UTC);
    }

    /**
     * Does all records to the end of the WAL.
     *
     * @return how many there were
     */
    long walk(WalReader reader) {
        long records = 0;
        for (; reader.next(); records++) {
            WalRecord record = reader.record();
            ResourceManager<?> manager = dialect.manager(record.rmid());
            String type = manager.name() + " " + manager.operation(record.info());
            boolean isWanted = managers.test(manager.name());
            for (int id = 0; id < record.blockCount(); id++) {
                if (record.hasBlock(id)) {
                    Page page = pages.change(record.locator(id), record.fork(id), record.block(id), type);
                    if (isWanted) {
                        block(record, id, page, type);
                    } else if (record.hasImage(id)) {
                        takeImage(record, id, page);
                    }
                }
            }
            if (isWanted) {
                touched(record, type);
            }
            ForkEvents.apply(manager.decode(record), pages);
        }
        return records;
    }

    /** Those that were lost on the way and not found again. */
    LostMaps lostMaps() {
        return lostMaps;
    }

    private void takeImage(WalRecord record, int id, Page page) {
        images.restore(record, id, page.bytes());
        if (!page.isNew()) {
            page.setLsn(record.end().value());
        }
    }

    private void block(WalRecord record, int id, Page page, String type) {
        boolean isComparable = record.hasImage(id) && !record.isImageApplied(id);
        try {
            redo.redo(record, id, page);
        } catch (RuntimeException failure) {
            tally.add(type, outcome(failure), () -> where(record, id) + trace(failure));
            if (record.hasImage(id)) {
                takeImage(record, id, page);
            }
            return;
        }
        if (!isComparable) {
            if (record.hasImage(id) && record.fork(id) == ForkNumber.VISIBILITYMAP.ordinal()) {
                lostMaps.restored(record, id);
            }
            tally.add(type, Outcome.UNCOMPARED, String::new);
            return;
        }
        images.restore(record, id, image.bytes());
        PageMask mask = PageMasks.of(record.rmid(), record.fork(id));
        masked.copyFrom(page.bytes());
        maskedImage.copyFrom(image.bytes());
        try {
            mask(mask, masked, record.block(id));
            mask(mask, maskedImage, record.block(id));
        } catch (RuntimeException | AssertionError failure) {
            tally.add(type, Outcome.FAILED, () -> where(record, id) + trace(failure)
                    + PageDifference.describe(page, image));
            takeImage(record, id, page);
            return;
        }
        if (Arrays.equals(masked.bytes(), maskedImage.bytes())) {
            tally.add(type, Outcome.EQUAL, String::new);
            BlockForms.add(dialect.manager(record.rmid()).decode(record), record, id, tally.forms());
        } else if (lostMaps.explain(new Place(record.locator(id), record.fork(id)), record.block(id), page, image)) {
            tally.add(type, Outcome.UNCOMPARED, String::new);
            takeImage(record, id, page);
        } else {
            tally.add(type, Outcome.DIFFERENT,
                    () -> where(record, id) + PageDifference.describe(masked, maskedImage));
            takeImage(record, id, page);
        }
    }

    /** Nothing of a page of zeros is masked. */
    static void mask(PageMask mask, Page page, int block) {
        if (!page.isNew()) {
            mask.mask(page, block);
        }
    }

    private static Outcome outcome(RuntimeException failure) {
        return failure instanceof UnsupportedWalException && failure.getMessage().contains(NO_REDO) ? Outcome.MISSING
                : Outcome.FAILED;
    }

    private void touched(WalRecord record, String type) {
        try {
            redo.touches(record, (relation, fork, block) -> touch(record, relation, fork, block, type));
        } catch (RuntimeException failure) {
            tally.add(type + " (touches)", Outcome.FAILED, () -> line(record) + trace(failure));
        }
    }

    private void touch(WalRecord record, RelFileLocator relation, int fork, int block, String type) {
        redo.redoTouched(record, relation, fork, block, pages.change(relation, fork, block, type));
        tally.add(type + " (touches)", Outcome.UNCOMPARED, String::new);
    }

    private String where(WalRecord record, int id) {
        return line(record) + "  block " + id + ":\n";
    }

    private String line(WalRecord record) {
        StringBuilder text = new StringBuilder("  ");
        line.append(record, text);
        return text.toString();
    }

    /** What was thrown, and where in redo. */
    private static String trace(Throwable failure) {
        StringBuilder text = new StringBuilder("  ").append(failure).append('\n');
        if (!(failure instanceof UnsupportedWalException)) {
            Arrays.stream(failure.getStackTrace()).limit(failure instanceof PageFormatException ? 6 : 12)
                    .forEach(frame -> text.append("    at ").append(frame).append('\n'));
        }
        return text.toString();
    }

    @Override
    public void close() {
        redo.close();
        images.close();
    }
}
