package dev.neon.rmgr.heap;

/** Flags of {@link Heap2Record.Visible} ({@code REL_17 visibilitymapdefs.h}). */
public final class VisibilityFlags {
    /** {@code VISIBILITYMAP_ALL_VISIBLE}. */
    public static final int ALL_VISIBLE = 0x01;
    /** {@code VISIBILITYMAP_ALL_FROZEN}. */
    public static final int ALL_FROZEN = 0x02;
    /** {@code VISIBILITYMAP_XLOG_CATALOG_REL}, since 16: for standbys only, never in the map. */
    public static final int CATALOG_RELATION = 0x04;

    /** {@code VISIBILITYMAP_VALID_BITS}. */
    static final int ALL_14 = ALL_VISIBLE | ALL_FROZEN;
    /** {@code VISIBILITYMAP_XLOG_VALID_BITS}. */
    static final int ALL_16 = ALL_14 | CATALOG_RELATION;

    private VisibilityFlags() {}
}
