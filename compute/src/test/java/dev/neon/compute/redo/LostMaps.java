package dev.neon.compute.redo;

import dev.neon.compute.redo.ClusterPages.Place;
import dev.neon.page.Page;
import dev.neon.wal.WalRecord;
import java.util.HashSet;
import java.util.Set;

/**
 * Pages of visibility maps that were logged without their bits. {@code CREATE DATABASE} logs since 15 all pages that
 * it copies as if they had a hole ({@code REL_17 bufmgr.c RelationCopyStorageUsingBuffer}), and a map has its bits
 * there. So PostgreSQL's own recovery loses them as redo does; the server that has written the record still has them.
 */
final class LostMaps {
    /** A page in a fork. */
    private record Spot(Place place, int block) {}

    private final Set<Spot> lost = new HashSet<>();

    /** Looks at the image of a map that redo has just restored. */
    void restored(WalRecord record, int id) {
        Spot spot = new Spot(new Place(record.locator(id), record.fork(id)), record.block(id));
        if (record.holeLength(id) == Page.SIZE - Page.HEADER) {
            lost.add(spot);
        } else {
            lost.remove(spot);
        }
    }

    /** Whether a page differs from the server's by such bits only. The page must then be taken from the server. */
    boolean explain(Place place, int block, Page ours, Page theirs) {
        if (!lost.remove(new Spot(place, block))) {
            return false;
        }
        for (int at = Page.HEADER; at < Page.SIZE; at++) {
            if ((ours.u8(at) & ~theirs.u8(at)) != 0) {
                return false;
            }
        }
        return true;
    }
}
