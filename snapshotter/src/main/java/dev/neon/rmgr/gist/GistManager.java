package dev.neon.rmgr.gist;

import dev.neon.rmgr.BlockRedo;
import dev.neon.rmgr.Operations;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager Gist. */
public final class GistManager {
    private static final Operations OPERATIONS = Operations.none()
            .with(GistDecoder14.PAGE_UPDATE, "PAGE_UPDATE")
            .with(GistDecoder14.DELETE, "DELETE")
            .with(GistDecoder14.PAGE_REUSE, "PAGE_REUSE")
            .with(GistDecoder14.PAGE_SPLIT, "PAGE_SPLIT")
            .with(GistDecoder14.PAGE_DELETE, "PAGE_DELETE")
            .with(GistDecoder14.ASSIGN_LSN, "ASSIGN_LSN");
    private static final BlockRedo<GistRecord> REDO = new GistRedo();

    /** 14 and 15. */
    public static final ResourceManager<GistRecord> V14 = new ResourceManager<>("Gist", OPERATIONS,
            GistDecoder14::decode, (said, record, text) -> GistDescription14.append(said, text), REDO);
    /** 16: whether the table is a catalog, for logical decoding on standbys. */
    public static final ResourceManager<GistRecord> V16 = new ResourceManager<>("Gist", OPERATIONS,
            GistDecoder16::decode, (said, record, text) -> GistDescription16.append(said, text), REDO);
    /** 17 and 18: the same, but described. */
    public static final ResourceManager<GistRecord> V17 = new ResourceManager<>("Gist", OPERATIONS,
            GistDecoder16::decode, (said, record, text) -> GistDescription17.append(said, text), REDO);

    private GistManager() {}
}
