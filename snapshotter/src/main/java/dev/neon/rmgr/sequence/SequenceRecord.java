package dev.neon.rmgr.sequence;

import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.RmgrRecord;

/** What sequences write ({@code REL_17 commands/sequence.h}). */
public sealed interface SequenceRecord extends RmgrRecord {
    /**
     * The sequence's only tuple; block 0 is its page, which redo makes anew.
     *
     * @param relation the sequence
     * @param tuple    the heap tuple, header included
     */
    record Log(RelFileLocator relation, byte[] tuple) implements SequenceRecord {}
}
