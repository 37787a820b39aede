package dev.neon.rmgr;

import static dev.neon.rmgr.ResourceManager.opaque;

import dev.neon.postgres.PostgresMajor;
import dev.neon.rmgr.sequence.SequenceManager;
import dev.neon.rmgr.standby.StandbyManager;
import dev.neon.rmgr.transaction.TransactionManager;
import dev.neon.rmgr.xlog.XlogManager;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The resource managers of a release: one constant a major, composed of what it has in common with others. Adding a
 * major is adding a constant.
 */
public enum WalDialect {
    V14(PostgresMajor.V14,
            XlogManager.V14,
            TransactionManager.V14,
            opaque("Storage"),
            opaque("CLOG"),
            opaque("Database"),
            opaque("Tablespace"),
            opaque("MultiXact"),
            opaque("RelMap"),
            StandbyManager.V14,

            opaque("Heap2"),
            opaque("Heap"),

            opaque("Btree"),
            opaque("Hash"),

            opaque("Gin"),
            opaque("Gist"),

            SequenceManager.V14,

            opaque("SPGist"),
            opaque("BRIN"),

            opaque("CommitTs"),
            opaque("ReplicationOrigin"),
            opaque("Generic"),
            opaque("LogicalMessage")),
    V15(PostgresMajor.V15,
            XlogManager.V14,
            TransactionManager.V15,
            opaque("Storage"),
            opaque("CLOG"),
            opaque("Database"),
            opaque("Tablespace"),
            opaque("MultiXact"),
            opaque("RelMap"),
            StandbyManager.V14,

            opaque("Heap2"),
            opaque("Heap"),

            opaque("Btree"),
            opaque("Hash"),

            opaque("Gin"),
            opaque("Gist"),

            SequenceManager.V14,

            opaque("SPGist"),
            opaque("BRIN"),

            opaque("CommitTs"),
            opaque("ReplicationOrigin"),
            opaque("Generic"),
            opaque("LogicalMessage")),
    V16(PostgresMajor.V16,
            XlogManager.V14,
            TransactionManager.V15,
            opaque("Storage"),
            opaque("CLOG"),
            opaque("Database"),
            opaque("Tablespace"),
            opaque("MultiXact"),
            opaque("RelMap"),
            StandbyManager.V16,

            opaque("Heap2"),
            opaque("Heap"),

            opaque("Btree"),
            opaque("Hash"),

            opaque("Gin"),
            opaque("Gist"),

            SequenceManager.V14,

            opaque("SPGist"),
            opaque("BRIN"),

            opaque("CommitTs"),
            opaque("ReplicationOrigin"),
            opaque("Generic"),
            opaque("LogicalMessage")),
    V17(PostgresMajor.V17,
            XlogManager.V17,
            TransactionManager.V15,
            opaque("Storage"),
            opaque("CLOG"),
            opaque("Database"),
            opaque("Tablespace"),
            opaque("MultiXact"),
            opaque("RelMap"),
            StandbyManager.V16,

            opaque("Heap2"),
            opaque("Heap"),

            opaque("Btree"),
            opaque("Hash"),

            opaque("Gin"),
            opaque("Gist"),

            SequenceManager.V14,

            opaque("SPGist"),
            opaque("BRIN"),

            opaque("CommitTs"),
            opaque("ReplicationOrigin"),
            opaque("Generic"),
            opaque("LogicalMessage")),
    V18(PostgresMajor.V18,
            XlogManager.V17,
            TransactionManager.V18,
            opaque("Storage"),
            opaque("CLOG"),
            opaque("Database"),
            opaque("Tablespace"),
            opaque("MultiXact"),
            opaque("RelMap"),
            StandbyManager.V18,

            opaque("Heap2"),
            opaque("Heap"),

            opaque("Btree"),
            opaque("Hash"),

            opaque("Gin"),
            opaque("Gist"),

            SequenceManager.V14,

            opaque("SPGist"),
            opaque("BRIN"),

            opaque("CommitTs"),
            opaque("ReplicationOrigin"),
            opaque("Generic"),
            opaque("LogicalMessage"));

    private static final int FIRST_CUSTOM = 128;

    private final PostgresMajor major;
    private final List<ResourceManager<?>> managers;

    WalDialect(PostgresMajor major, ResourceManager<?>... managers) {
        this.major = major;
        this.managers = List.of(managers);
    }

    public static WalDialect of(PostgresMajor major) {
        return Arrays.stream(values()).filter(dialect -> dialect.major == major).findFirst().orElseThrow();
    }

    /** The built-in managers, by their number. */
    public List<ResourceManager<?>> managers() {
        return managers;
    }

    /**
     * The manager of a number that {@link PostgresMajor#isRmgr} allows.
     *
     * @param rmid 0 to 255; from 128 on those of extensions, of which nothing is known: {@code custom128}
     */
    public ResourceManager<?> manager(int rmid) {
        return rmid < FIRST_CUSTOM ? managers.get(rmid) : opaque("custom" + rmid);
    }

    /** The built-in manager of this name, in any case. */
    public Optional<ResourceManager<?>> named(String name) {
        return managers.stream().<ResourceManager<?>>map(manager -> manager)
                .filter(manager -> manager.name().equalsIgnoreCase(name)).findFirst();
    }
}
