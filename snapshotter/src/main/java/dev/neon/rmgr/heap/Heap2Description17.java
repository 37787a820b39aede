package dev.neon.rmgr.heap;

import dev.neon.wal.WalRecord;

/** {@code REL_17 heapdesc.c heap2_desc}; since 17. */
final class Heap2Description17 {
    private Heap2Description17() {}

    static void append(Heap2Record said, WalRecord record, StringBuilder text) {
        if (said instanceof Heap2Record.Prune prune) {
            prune(prune, text);
        } else {
            Heap2Description16.append(said, record, text);
        }
    }

    /** The comma stands there without a horizon too. */
    private static void prune(Heap2Record.Prune prune, StringBuilder text) {
        prune.conflictHorizon().ifPresent(xid -> Heap2Description16.horizon(text, xid));
        text.append(", isCatalogRel: ").append(prune.isCatalogRelation() ? 'T' : 'F');
        if (prune.items() instanceof PageItems.Changed changed) {
            changes(changed, text);
        }
    }

    private static void changes(PageItems.Changed changed, StringBuilder text) {
        text.append(", nplans: ").append(changed.planCount());
        text.append(", nredirected: ").append(changed.redirectedCount());
        text.append(", ndead: ").append(changed.deadCount());
        text.append(", nunused: ").append(changed.unusedCount());
        if (changed.planCount() > 0) {
            Heap2Description16.plans(text, changed);
        }
        if (changed.redirectedCount() > 0) {
            Lists.pairs(text.append(", redirected: "), changed.redirected());
        }
        if (changed.deadCount() > 0) {
            Lists.offsets(text.append(", dead: "), changed.dead());
        }
        if (changed.unusedCount() > 0) {
            Lists.offsets(text.append(", unused: "), changed.unused());
        }
    }
}
