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
    XACT(1, "pg_xact", 1 << 17),
    /** Where the members of each multixact begin ({@code REL_17 multixact.c}). */
    MULTIXACT_OFFSETS(2, "pg_multixact/offsets", 1 << 21),
    /** The members of all multixacts. */
    MULTIXACT_MEMBERS(3, "pg_multixact/members", (1L << 32) / 1636 + 1),
    /** Time and origin of each commit ({@code REL_17 commit_ts.c}). */
    COMMIT_TS(4, "pg_commit_ts", (1L << 32) / 819 + 1);

    /** {@code SLRU_PAGES_PER_SEGMENT}: pages in a file. */
    public static final int PAGES_PER_FILE = 32;

    private final int number;
    private final String directory;
    private final int pages;
    private final ForkKey fork;

    Slru(int number, String directory, long pages) {
        this.number = number;
        this.directory = directory;
        this.pages = (int) pages;
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
        return directory + "/" + String.format("%04X", page / PAGES_PER_FILE);
    }
}
