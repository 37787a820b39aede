package dev.neon.state;

import dev.neon.repo.RelFileLocator;
import dev.neon.repo.layer.ForkKey;
import java.util.Arrays;
import java.util.Optional;

/**
 * The SLRUs that outlive a server ({@code REL_17 slru.h}). The pages of each are the blocks of a fork: of relation {@link
 * #number} in tablespace 0 and database 0. They are numbered as PostgreSQL numbers them, which wraps around, and have
 * neither header nor LSN: all of their 8192 bytes are content.
 */
public enum Slru {
    /** Two bits for each transaction ({@code REL_17 clog.c}). */
    XACT(1, "pg_xact", 1 << 15),
    /** Where the members of each multixact begin, u32 each ({@code REL_17 multixact.c}). */
    MULTIXACT_OFFSETS(2, "pg_multixact/offsets", 1 << 11),
    /** The members of all multixacts, in groups of four: four u8 for their states, four u32 for their transactions. */
    MULTIXACT_MEMBERS(3, "pg_multixact/members", 1636),
    /** Time (s64) and origin (u16) of each commit ({@code REL_17 commit_ts.c}). */
    COMMIT_TS(4, "pg_commit_ts", 819);

    /** {@code SLRU_PAGES_PER_SEGMENT}: pages in a file. */
    public static final int PAGES_PER_FILE = 32;

    private final int number;
    private final String directory;
    private final int entries;
    private final int pages;
    private final ForkKey fork;

    Slru(int number, String directory, int entries) {
        this.number = number;
        this.directory = directory;
        this.entries = entries;
        this.pages = (int) (((1L << 32) + entries - 1) / entries);
        this.fork = new ForkKey(new RelFileLocator(0, 0, number), 0);
    }

    /** The SLRU whose pages are this fork's, if it is one's. */
    public static Optional<Slru> of(ForkKey fork) {
        return fork.relation().tablespace() != 0 ? Optional.empty()
                : Arrays.stream(values()).filter(slru -> slru.fork.equals(fork)).findFirst();
    }

    /** The number of the pseudo-relation. */
    public int number() {
        return number;
    }

    public ForkKey fork() {
        return fork;
    }

    /** Path of its directory below the data directory. */
    public String directory() {
        return directory;
    }

    /** How many pages there are before their numbers wrap around. */
    public int pages() {
        return pages;
    }

    /**
     * Path below the data directory of the file that holds a page, which is the {@code page % PAGES_PER_FILE}th in it
     * ({@code REL_17 slru.c SlruFileName}, with short names).
     */
    public String file(int page) {
        return directory + "/" + "%04X".formatted(page / PAGES_PER_FILE);
    }

    /** The page on which an entry is. */
    int pageOf(int entry) {
        return Integer.divideUnsigned(entry, entries);
    }

    /** Which one of its page an entry is. */
    int indexOf(int entry) {
        return Integer.remainderUnsigned(entry, entries);
    }

    /**
     * Whether all that one page can hold is older than all of the other ({@code CLOGPagePrecedes} and its like). Not for
     * members, which are never compared.
     */
    boolean precedes(int page, int other) {
        int first = entries * page;
        int otherFirst = entries * other;
        if (this == MULTIXACT_OFFSETS) {
            int skipped = XidOrder.FIRST_MULTI + 1;
            return XidOrder.multiPrecedes(first + skipped, otherFirst + skipped)
                    && XidOrder.multiPrecedes(first + skipped, otherFirst + skipped + entries - 1);
        }
        int skipped = XidOrder.FIRST_NORMAL + 1;
        return XidOrder.precedes(first + skipped, otherFirst + skipped)
                && XidOrder.precedes(first + skipped, otherFirst + skipped + entries - 1);
    }
}
