package dev.neon.rmgr.gin;

import dev.neon.rmgr.gin.GinRecord.CreatePostingTree;
import dev.neon.rmgr.gin.GinRecord.DeleteListPages;
import dev.neon.rmgr.gin.GinRecord.DeletePage;
import dev.neon.rmgr.gin.GinRecord.Insert;
import dev.neon.rmgr.gin.GinRecord.InsertListPage;
import dev.neon.rmgr.gin.GinRecord.Split;
import dev.neon.rmgr.gin.GinRecord.UpdateMetaPage;
import dev.neon.rmgr.gin.GinRecord.VacuumDataLeafPage;
import dev.neon.rmgr.gin.GinRecord.VacuumPage;
import dev.neon.rmgr.gin.PageChange.AddItems;
import dev.neon.rmgr.gin.PageChange.DeleteSegment;
import dev.neon.rmgr.gin.PageChange.Downlink;
import dev.neon.rmgr.gin.PageChange.Entry;
import dev.neon.rmgr.gin.PageChange.InsertSegment;
import dev.neon.rmgr.gin.PageChange.Recompression;
import dev.neon.rmgr.gin.PageChange.ReplaceSegment;
import dev.neon.rmgr.gin.PageChange.SegmentAction;
import dev.neon.wal.WalRecord;
import java.util.Optional;

/** {@code REL_14 gindesc.c gin_desc}. */
final class GinDescription14 {
    private GinDescription14() {}

    static void append(GinRecord said, WalRecord record, StringBuilder text) {
        switch (said) {
            case Insert insert -> appendInsert(insert, record, text);
            case Split split -> {
                text.append("isrootsplit: ").append(flag(split.isRoot())).append(' ');
                appendKind(split.isData(), split.isLeaf(), text);
            }
            case VacuumDataLeafPage vacuum -> appendChange(vacuum.change(), record, text);
            case DeleteListPages delete -> text.append("ndeleted: ").append(delete.count());
            case CreatePostingTree _, VacuumPage _, DeletePage _, UpdateMetaPage _, InsertListPage _ -> { }
        }
    }

    private static void appendInsert(Insert insert, WalRecord record, StringBuilder text) {
        appendKind(insert.isData(), insert.isLeaf(), text);
        insert.children().ifPresent(children -> text.append(" children: ")
                .append(Integer.toUnsignedString(children.left())).append('/')
                .append(Integer.toUnsignedString(children.right())));
        appendChange(insert.change(), record, text);
    }

    private static void appendKind(boolean isData, boolean isLeaf, StringBuilder text) {
        text.append("isdata: ").append(flag(isData)).append(" isleaf: ").append(flag(isLeaf));
    }

    /** Of a page that has an image, only that is said, though the change may be there too. */
    private static void appendChange(Optional<? extends PageChange> change, WalRecord record, StringBuilder text) {
        if (record.hasImage(0)) {
            text.append(record.isImageApplied(0) ? " (full page image)" : " (full page image, for WAL verification)");
        } else {
            change.ifPresent(known -> appendChange(known, text));
        }
    }

    private static void appendChange(PageChange change, StringBuilder text) {
        switch (change) {
            case Entry entry -> text.append(" isdelete: ").append(flag(entry.isReplaced()));
            case Downlink link -> text.append(" pitem: ").append(Integer.toUnsignedString(link.child())).append('-')
                    .append(link.key());
            case Recompression recompression -> {
                text.append(' ').append(recompression.actions().size()).append(" segments:");
                recompression.actions().forEach(action -> appendAction(action, text));
            }
        }
    }

    private static void appendAction(SegmentAction action, StringBuilder text) {
        text.append(' ').append(action.segment());
        switch (action) {
            case DeleteSegment _ -> text.append(" (delete)");
            case InsertSegment _ -> text.append(" (insert)");
            case ReplaceSegment _ -> text.append(" (replace)");
            case AddItems add -> text.append(" (add ").append(add.items().size()).append(" items)");
        }
    }

    private static char flag(boolean value) {
        return value ? 'T' : 'F';
    }
}
