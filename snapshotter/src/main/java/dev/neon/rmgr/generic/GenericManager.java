package dev.neon.rmgr.generic;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager Generic. */
public final class GenericManager {
    /**
     * 14 to 18. {@code REL_17 genericdesc.c generic_desc} looks for the fragments in the main data, of which there is
     * none, so the description is empty.
     */
    public static final ResourceManager<GenericRecord> V14 = new ResourceManager<>("Generic",
            Operations.none().with(GenericDecoder14.CHANGE, "Generic"), GenericDecoder14::decode,
            (said, record, text) -> {}, new GenericRedo());

    private GenericManager() {}
}
