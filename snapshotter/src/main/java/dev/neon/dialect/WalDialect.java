package dev.neon.dialect;

import dev.neon.postgres.PostgresMajor;
import dev.neon.rmgr.OpaqueRecord;
import dev.neon.rmgr.Operations;
import dev.neon.rmgr.ResourceManager;
import dev.neon.rmgr.brin.BrinManager;
import dev.neon.rmgr.btree.BtreeManager;
import dev.neon.rmgr.clog.ClogManager;
import dev.neon.rmgr.committs.CommitTsManager;
import dev.neon.rmgr.database.DatabaseManager;
import dev.neon.rmgr.generic.GenericManager;
import dev.neon.rmgr.gin.GinManager;
import dev.neon.rmgr.gist.GistManager;
import dev.neon.rmgr.hash.HashManager;
import dev.neon.rmgr.heap.Heap2Manager;
import dev.neon.rmgr.heap.HeapManager;
import dev.neon.rmgr.message.LogicalMessageManager;
import dev.neon.rmgr.multixact.MultiXactManager;
import dev.neon.rmgr.origin.ReplicationOriginManager;
import dev.neon.rmgr.relmap.RelMapManager;
import dev.neon.rmgr.sequence.SequenceManager;
import dev.neon.rmgr.spgist.SpgistManager;
import dev.neon.rmgr.standby.StandbyManager;
import dev.neon.rmgr.storage.StorageManager;
import dev.neon.rmgr.tablespace.TablespaceManager;
import dev.neon.rmgr.transaction.TransactionManager;
import dev.neon.rmgr.xlog.XlogManager;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The resource managers of a release: one constant a major, composed of what it has in common with others. Adding a
 * major is adding a constant.
 */
public enum WalDialect {
    V14(PostgresMajor.V14,
            XlogManager.V14,
            TransactionManager.V14,
            StorageManager.V14,
            ClogManager.V14,
            DatabaseManager.V14,
            TablespaceManager.V14,
            MultiXactManager.V14,
            RelMapManager.V14,
            StandbyManager.V14,

            Heap2Manager.V14,
            HeapManager.V14,

            BtreeManager.V14,
            HashManager.V14,

            GinManager.V14,
            GistManager.V14,

            SequenceManager.V14,

            SpgistManager.V14,
            BrinManager.V14,

            CommitTsManager.V14,
            ReplicationOriginManager.V14,
            GenericManager.V14,
            LogicalMessageManager.V14),
    V15(PostgresMajor.V15,
            XlogManager.V14,
            TransactionManager.V15,
            StorageManager.V14,
            ClogManager.V14,
            DatabaseManager.V15,
            TablespaceManager.V14,
            MultiXactManager.V14,
            RelMapManager.V14,
            StandbyManager.V14,

            Heap2Manager.V15,
            HeapManager.V14,

            BtreeManager.V14,
            HashManager.V14,

            GinManager.V14,
            GistManager.V14,

            SequenceManager.V14,

            SpgistManager.V14,
            BrinManager.V14,

            CommitTsManager.V14,
            ReplicationOriginManager.V14,
            GenericManager.V14,
            LogicalMessageManager.V14),
    V16(PostgresMajor.V16,
            XlogManager.V14,
            TransactionManager.V15,
            StorageManager.V14,
            ClogManager.V14,
            DatabaseManager.V15,
            TablespaceManager.V14,
            MultiXactManager.V14,
            RelMapManager.V16,
            StandbyManager.V16,

            Heap2Manager.V16,
            HeapManager.V16,

            BtreeManager.V16,
            HashManager.V16,

            GinManager.V14,
            GistManager.V16,

            SequenceManager.V14,

            SpgistManager.V16,
            BrinManager.V14,

            CommitTsManager.V14,
            ReplicationOriginManager.V14,
            GenericManager.V14,
            LogicalMessageManager.V14),
    V17(PostgresMajor.V17,
            XlogManager.V17,
            TransactionManager.V15,
            StorageManager.V14,
            ClogManager.V17,
            DatabaseManager.V15,
            TablespaceManager.V14,
            MultiXactManager.V17,
            RelMapManager.V16,
            StandbyManager.V16,

            Heap2Manager.V17,
            HeapManager.V16,

            BtreeManager.V17,
            HashManager.V17,

            GinManager.V14,
            GistManager.V17,

            SequenceManager.V14,

            SpgistManager.V17,
            BrinManager.V14,

            CommitTsManager.V17,
            ReplicationOriginManager.V14,
            GenericManager.V14,
            LogicalMessageManager.V14),
    V18(PostgresMajor.V18,
            XlogManager.V17,
            TransactionManager.V18,
            StorageManager.V14,
            ClogManager.V17,
            DatabaseManager.V15,
            TablespaceManager.V14,
            MultiXactManager.V17,
            RelMapManager.V16,
            StandbyManager.V18,

            Heap2Manager.V17,
            HeapManager.V18,

            BtreeManager.V18,
            HashManager.V17,

            GinManager.V14,
            GistManager.V17,

            SequenceManager.V14,

            SpgistManager.V17,
            BrinManager.V14,

            CommitTsManager.V17,
            ReplicationOriginManager.V14,
            GenericManager.V14,
            LogicalMessageManager.V14);

    private static final int RMGRS = 256;

    private final PostgresMajor major;
    private final List<ResourceManager<?>> managers;
    /** By number, those of extensions too. */
    private final List<Optional<ResourceManager<?>>> table;

    WalDialect(PostgresMajor major, ResourceManager<?>... managers) {
        this.major = major;
        this.managers = List.of(managers);
        this.table = IntStream.range(0, RMGRS).<Optional<ResourceManager<?>>>mapToObj(rmid -> !major.isRmgr(rmid)
                ? Optional.empty() : Optional.of(rmid < managers.length ? managers[rmid] : custom(rmid))).toList();
    }

    public static WalDialect of(PostgresMajor major) {
        return Arrays.stream(values()).filter(dialect -> dialect.major == major).findFirst().orElseThrow();
    }

    /** The built-in managers, by their number. */
    public List<ResourceManager<?>> managers() {
        return managers;
    }

    /**
     * The manager of a number that {@link PostgresMajor#isRmgr} allows, as that of every record that is read.
     *
     * @param rmid 0 to 255; from 128 on those of extensions, of which nothing is known: {@code custom128}
     * @throws IllegalArgumentException if the release has no such manager
     */
    public ResourceManager<?> manager(int rmid) {
        return (rmid >= 0 && rmid < RMGRS ? table.get(rmid) : Optional.<ResourceManager<?>>empty()).orElseThrow(
                () -> new IllegalArgumentException("PostgreSQL " + major + " has no resource manager " + rmid));
    }

    /** {@code REL_17 pg_waldump/rmgrdesc.c initialize_custom_rmgrs, default_desc}. */
    private static ResourceManager<?> custom(int rmid) {
        return new ResourceManager<>("custom" + rmid, Operations.none(), record -> new OpaqueRecord(),
                (said, record, text) -> text.append("rmid: ").append(rmid));
    }

    /** The number of the manager of this name, in any case; those of extensions are {@code custom128} and so on. */
    public OptionalInt rmid(String name) {
        return IntStream.range(0, RMGRS)
                .filter(rmid -> table.get(rmid).filter(manager -> manager.name().equalsIgnoreCase(name)).isPresent())
                .findFirst();
    }
}
