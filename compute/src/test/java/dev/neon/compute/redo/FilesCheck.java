package dev.neon.compute.redo;

import dev.neon.compute.redo.ClusterPages.Place;
import dev.neon.compute.redo.RedoTally.Outcome;
import dev.neon.page.Page;
import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.PostgresMajor;
import dev.neon.redo.PageMasks;
import dev.neon.repo.Lsn;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Compares all pages that records have changed with the files of the server, once it has stopped. This shows what the
 * images in records do not: bits of visibility maps, pages that outlive their relation, cut and dropped files.
 */
final class FilesCheck {
    /** {@code t_hoff}: where a row's data begin. */
    private static final int HEAP_TUPLE_HOFF = 22;
    private static final int SEQUENCE_DATA = 17;

    private final PostgresMajor major;
    private final Path data;
    private final RedoTally tally;
    private final LostMaps lostMaps;
    private final Map<String, OtherLsns> lsns = new TreeMap<>();

    /** Pages whose LSN is not the server's. */
    record OtherLsns(int count, String first) {
        OtherLsns more(OtherLsns other) {
            return new OtherLsns(count + other.count, first);
        }
    }

    /** @param data of a server that has stopped after a checkpoint */
    FilesCheck(PostgresMajor major, Path data, RedoTally tally, LostMaps lostMaps) {
        this.major = major;
        this.data = data;
        this.tally = tally;
        this.lostMaps = lostMaps;
    }

    /** @param managers of which the last record on a page must be, by name */
    void compare(ClusterPages pages, Predicate<String> managers) {
        pages.forks().forEach((place, fork) -> {
            if (place.fork() != ForkNumber.FSM.ordinal()) {
                Path file = place.file(major, data);
                int blocks = ForkPages.blocks(file);
                fork.held().forEach((block, held) -> {
                    if (managers.test(held.last().substring(0, held.last().indexOf(' ')))) {
                        compare(place, block, held, file, blocks);
                    }
                });
            }
        });
    }

    private void compare(Place place, int block, ForkPages.Held held, Path file, int blocks) {
        String type = "on disk: " + held.last();
        if (Integer.compareUnsigned(block, blocks) >= 0) {
            tally.add(type, Outcome.FAILED, () -> "  " + place + " block " + block + " is not there: " + blocks
                    + " blocks in " + file + "\n");
            return;
        }
        Page disk = ForkPages.read(file, block);
        Page ours = Page.of(held.page().bytes().clone());
        if (disk.lsn() != ours.lsn()) {
            lsns.merge(held.last(), new OtherLsns(1, place + " block " + block + ": " + new Lsn(ours.lsn())
                    + ", on disk " + new Lsn(disk.lsn())), OtherLsns::more);
        }
        try {
            mask(place.fork(), block, disk);
            mask(place.fork(), block, ours);
            maskUnlogged(block, disk);
            maskUnlogged(block, ours);
        } catch (RuntimeException | AssertionError unsound) {
            tally.add(type, Outcome.FAILED, () -> "  " + place + " block " + block + ": " + unsound + "\n"
                    + PageDifference.describe(held.page(), ForkPages.read(file, block)));
            return;
        }
        Outcome outcome = Arrays.equals(disk.bytes(), ours.bytes()) ? Outcome.EQUAL
                : lostMaps.explain(place, block, ours, disk) ? Outcome.UNCOMPARED : Outcome.DIFFERENT;
        tally.add(type, outcome, () -> "  " + place + " block " + block + ":\n" + PageDifference.describe(ours, disk));
    }

    /** Masks a page of a file, whoever changed it last. */
    static void mask(int fork, int block, Page page) {
        PageKind kind = fork == ForkNumber.VISIBILITYMAP.ordinal() ? PageKind.HEAP : PageKind.of(page);
        RedoOracle.mask(PageMasks.of(kind.rmid(), fork == ForkNumber.INIT.ordinal() ? 0 : fork), page, block);
    }

    /** Masks what a server writes without a record; its recovery leaves that as the last record has it. */
    static void maskUnlogged(int block, Page page) {
        switch (PageKind.of(page)) {
            // FormData_pg_sequence_data: the record tells a value ahead, so that not each value has a record.
            case SEQUENCE -> {
                int data = page.itemOffset(1) + page.u8(page.itemOffset(1) + HEAP_TUPLE_HOFF);
                page.fill(data, data + SEQUENCE_DATA, 0);
            }
            // SpGistMetaPageData: where there may be room.
            case SPGIST -> page.fill(block == 0 ? Page.HEADER + Integer.BYTES : page.special(), page.special(), 0);
            default -> { }
        }
    }

    /** On how many pages the LSN is not the server's, by their last record. That is no error. */
    Map<String, OtherLsns> lsns() {
        return lsns;
    }
}
