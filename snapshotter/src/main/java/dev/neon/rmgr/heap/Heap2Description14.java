package dev.neon.rmgr.heap;

import dev.neon.wal.WalRecord;

/** {@code REL_14 heapdesc.c heap2_desc}; 14 and 15. */
final class Heap2Description14 {
    private Heap2Description14() {}

    static void append(Heap2Record said, WalRecord record, StringBuilder text) {
        switch (said) {
            case Heap2Record.Prune prune -> prune(prune, record.operation(), text);
            case Heap2Record.Visible visible -> {
                text.append("cutoff xid ").append(Integer.toUnsignedLong(visible.conflictHorizon()));
                HeapDescription14.flags(text, visible.flags());
            }
            case Heap2Record.MultiInsert insert ->
                HeapDescription14.flags(text.append(insert.offsets().length).append(" tuples"), insert.flags());
            case Heap2Record.LockUpdated lock -> {
                text.append("off ").append(lock.offset());
                text.append(": xmax ").append(Integer.toUnsignedLong(lock.xmax()));
                HeapDescription14.flags(text.append(':'), lock.flags()).append(' ');
                Infobits.append14(text, lock.infobits());
            }
            case Heap2Record.NewCid cid -> {
                text.append("rel ").append(cid.relation()).append("; tid ").append(cid.tuple()).append("; ");
                commands(cid, text);
            }
            case Heap2Record.Rewrite rewrite -> {}
        }
    }

    static void commands(Heap2Record.NewCid cid, StringBuilder text) {
        text.append("cmin: ").append(Integer.toUnsignedLong(cid.cmin()));
        text.append(", cmax: ").append(Integer.toUnsignedLong(cid.cmax()));
        text.append(", combo: ").append(Integer.toUnsignedLong(cid.comboCid()));
    }

    private static void prune(Heap2Record.Prune prune, int operation, StringBuilder text) {
        PageItems items = prune.items();
        long horizon = Integer.toUnsignedLong(prune.conflictHorizon().orElse(0));
        switch (operation) {
            case Heap2Decoder14.PRUNE -> text.append("latestRemovedXid ").append(horizon).append(" nredirected ")
                    .append(items.redirectedCount()).append(" ndead ").append(items.deadCount());
            case Heap2Decoder14.VACUUM -> text.append("nunused ").append(items.unusedCount());
            default -> text.append("cutoff xid ").append(horizon).append(" ntuples ").append(items.planCount());
        }
    }
}
