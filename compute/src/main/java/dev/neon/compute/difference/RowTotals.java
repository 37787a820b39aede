package dev.neon.compute.difference;

/** How many rows of a table differ. */
public record RowTotals(long deleted, long inserted, long changed) {
    /** Whether none does. */
    public boolean isNone() {
        return deleted == 0 && inserted == 0 && changed == 0;
    }
}
