package dev.neon.rmgr.sequence;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager Sequence. */
public final class SequenceManager {
    /** 14 to 18. */
    public static final ResourceManager<SequenceRecord> V14 = new ResourceManager<>("Sequence",
            Operations.none().with(SequenceDecoder14.LOG, "LOG"), SequenceDecoder14::decode,
            (said, record, text) -> SequenceDescription14.append(said, text), new SequenceRedo());

    private SequenceManager() {}
}
