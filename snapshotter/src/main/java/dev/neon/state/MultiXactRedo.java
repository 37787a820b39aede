package dev.neon.state;

import dev.neon.rmgr.multixact.MultiXactRecord;
import dev.neon.wal.WalRecord;

/** What is said of multixacts ({@code REL_18 multixact.c multixact_redo}). */
final class MultiXactRedo {
    private static final int NONE = -1;

    /**
     * The offsets page that the record of the last multixact before it has made. Servers before 18.2, 17.8 and so on
     * write the record that makes it afterwards, which must not empty it again ({@code pre_initialized_offsets_page}).
     */
    private int madeAhead = NONE;

    void redo(MultiXactRecord said, WalRecord record, ClusterMetadata metadata, ForkEvents events) {
        switch (said) {
            case MultiXactRecord.ZeroOffsetsPage zero -> {
                int page = (int) zero.page();
                if (page != madeAhead) {
                    MetadataRedo.change(Slru.MULTIXACT_OFFSETS, page, true, metadata, events);
                }
                madeAhead = NONE;
            }
            case MultiXactRecord.ZeroMembersPage zero ->
                    MetadataRedo.change(Slru.MULTIXACT_MEMBERS, (int) zero.page(), true, metadata, events);
            case MultiXactRecord.Create create -> create(create, record, metadata, events);
            case MultiXactRecord.Truncate cut -> {
                metadata.counting().oldestMulti(cut.endOffset(), cut.oldestDatabase());
                metadata.pages(Slru.MULTIXACT_MEMBERS).removeFiles(Slru.MULTIXACT_MEMBERS.pageOf(cut.startMember()),
                        Slru.MULTIXACT_MEMBERS.pageOf(cut.endMember()))
                        .forEach(gone -> events.removed(Slru.MULTIXACT_MEMBERS, gone));
                int before = cut.endOffset() - 1;
                int last = before == 0 ? -1 : before;
                metadata.pages(Slru.MULTIXACT_OFFSETS).removeBefore(Slru.MULTIXACT_OFFSETS.pageOf(last), true)
                        .forEach(gone -> events.removed(Slru.MULTIXACT_OFFSETS, gone));
            }
        }
    }

    /** {@code RecordNewMultiXact}. */
    private void create(MultiXactRecord.Create create, WalRecord record, ClusterMetadata metadata, ForkEvents events) {
        int page = Slru.MULTIXACT_OFFSETS.pageOf(create.multi());
        int nextPage = Slru.MULTIXACT_OFFSETS.pageOf(SlruRedo.multiAfter(create.multi()));
        madeAhead = nextPage != page && !metadata.pages(Slru.MULTIXACT_OFFSETS).contains(nextPage) ? nextPage : NONE;
        MetadataRedo.change(Slru.MULTIXACT_OFFSETS, page, false, metadata, events);
        if (nextPage != page) {
            MetadataRedo.change(Slru.MULTIXACT_OFFSETS, nextPage, false, metadata, events);
        }
        int count = create.members().size();
        int told = NONE;
        for (int i = 0; i < count; i++) {
            int memberPage = Slru.MULTIXACT_MEMBERS.pageOf(create.offset() + i);
            if (memberPage != told) {
                MetadataRedo.change(Slru.MULTIXACT_MEMBERS, memberPage, false, metadata, events);
                told = memberPage;
            }
        }
        metadata.counting().passMulti(create.multi() + 1, create.offset() + count);
        int latest = record.xid();
        for (MultiXactRecord.Member member : create.members()) {
            latest = XidOrder.precedes(latest, member.xid()) ? member.xid() : latest;
        }
        metadata.counting().passXid(latest);
    }
}
