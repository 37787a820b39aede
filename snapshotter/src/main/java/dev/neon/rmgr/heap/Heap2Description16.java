package dev.neon.rmgr.heap;

import dev.neon.wal.WalRecord;

/** {@code REL_16 heapdesc.c heap2_desc}. */
final class Heap2Description16 {
    private Heap2Description16() {}

    static void append(Heap2Record said, WalRecord record, StringBuilder text) {
        switch (said) {
            case Heap2Record.Prune prune -> prune(prune, record.operation(), text);
            case Heap2Record.Visible visible -> {
                horizon(text, visible.conflictHorizon());
                HeapDescription16.flags(text, visible.flags());
            }
            case Heap2Record.MultiInsert insert -> {
                HeapDescription16.flags(text.append("ntuples: ").append(insert.offsets().length), insert.flags());
                if (insert.tuples().isPresent() && !record.willInit(0)) {
                    Lists.offsets(text.append(", offsets: "), insert.offsets());
                }
            }
            case Heap2Record.LockUpdated lock ->
                HeapDescription16.locked(text, lock.xmax(), lock.offset(), lock.infobits(), lock.flags());
            case Heap2Record.NewCid cid -> {
                text.append("rel: ").append(cid.relation()).append(", tid: ").append(cid.tuple()).append(", ");
                Heap2Description14.commands(cid, text);
            }
            case Heap2Record.Rewrite rewrite -> {}
        }
    }

    static StringBuilder horizon(StringBuilder text, int xid) {
        return text.append("snapshotConflictHorizon: ").append(Integer.toUnsignedLong(xid));
    }

    private static void prune(Heap2Record.Prune prune, int operation, StringBuilder text) {
        PageItems items = prune.items();
        int horizon = prune.conflictHorizon().orElse(0);
        switch (operation) {
            case Heap2Decoder14.PRUNE -> {
                horizon(text, horizon).append(", nredirected: ").append(items.redirectedCount());
                text.append(", ndead: ").append(items.deadCount());
                if (items instanceof PageItems.Changed changed) {
                    Lists.pairs(text.append(", nunused: ").append(changed.unusedCount()).append(", redirected: "),
                            changed.redirected());
                    Lists.offsets(text.append(", dead: "), changed.dead());
                    Lists.offsets(text.append(", unused: "), changed.unused());
                }
            }
            case Heap2Decoder14.VACUUM -> {
                text.append("nunused: ").append(items.unusedCount());
                if (items instanceof PageItems.Changed changed) {
                    Lists.offsets(text.append(", unused: "), changed.unused());
                }
            }
            default -> {
                horizon(text, horizon).append(", nplans: ").append(items.planCount());
                if (items instanceof PageItems.Changed changed) {
                    plans(text, changed);
                }
            }
        }
    }

    static void plans(StringBuilder text, PageItems.Changed changed) {
        Lists.elements(text.append(", plans: "), changed.plans(), plan -> {
            text.append("{ xmax: ").append(Integer.toUnsignedLong(plan.xmax()));
            text.append(", infomask: ").append(plan.infomask()).append(", infomask2: ").append(plan.infomask2());
            text.append(", ntuples: ").append(plan.offsets().length);
            Lists.offsets(text.append(", offsets: "), plan.offsets()).append(" }");
        });
    }
}
