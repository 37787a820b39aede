package dev.neon.state;

import dev.neon.postgres.CheckPoint;
import dev.neon.postgres.ControlFile;
import dev.neon.postgres.PostgresMajor;
import dev.neon.postgres.ServerParameters;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.layer.ForkKey;
import dev.neon.wal.CraftedRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Metadata to be changed by hand-written records, and what was told of it. */
final class TestMetadata implements ForkEvents {
    static final RelFileLocator TABLE = new RelFileLocator(1663, 5, 16384);

    private final PostgresMajor major;
    private final ClusterMetadata metadata;
    private final List<String> told = new ArrayList<>();

    private TestMetadata(PostgresMajor major) {
        this.major = major;
        ControlFile control = ControlFile.parse(Path.of("pg_control"), control(major));
        this.metadata = new ClusterMetadata(control, control.checkPointLsn().plus(120));
        metadata.counters(counters(0x500000300L, 10, 20));
    }

    static TestMetadata of(int major) {
        return new TestMetadata(PostgresMajor.of(major));
    }

    /** As {@code initdb} of the major left it. */
    static byte[] control(PostgresMajor major) {
        try (InputStream in = TestMetadata.class.getResourceAsStream("/dev/neon/postgres/pg_control-" + major)) {
            return Arrays.copyOf(in.readAllBytes(), 8192);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of an idle server. */
    static CheckPoint counters(long nextXid, int nextMulti, int nextMember) {
        return new CheckPoint(Lsn.ZERO, 1, 1, true, nextXid, 20000, nextMulti, nextMember, 700, 1, 1, 1, Instant.EPOCH,
                0, 0, 0);
    }

    static ForkKey fork(int number) {
        return new ForkKey(TABLE, number);
    }

    ClusterMetadata metadata() {
        return metadata;
    }

    /** From here on commit times are kept, without a record. */
    TestMetadata tracking() {
        ServerParameters old = metadata.parameters();
        metadata.parameters(new ServerParameters(old.walLevel(), old.walLogHints(), old.maxConnections(),
                old.maxWorkerProcesses(), old.maxWalSenders(), old.maxPreparedTransactions(),
                old.maxLocksPerTransaction(), true));
        return this;
    }

    /** Does a record; says what was told. */
    List<String> redo(CraftedRecord record) {
        told.clear();
        new MetadataRedo(major).redo(record.read(), metadata, this);
        return List.copyOf(told);
    }

    @Override
    public void created(ForkKey fork) {
        told.add("created " + fork);
    }

    @Override
    public void truncated(ForkKey fork, int blocks) {
        told.add("truncated " + fork + " to " + blocks);
    }

    @Override
    public void dropped(ForkKey fork) {
        told.add("dropped " + fork);
    }

    @Override
    public void removed(Slru slru, BlockRange gone) {
        told.add("removed " + slru + " " + gone.from() + " to " + gone.to());
    }

    @Override
    public void copied(ForkKey from, ForkKey to, int blocks) {
        told.add("copied " + from + " to " + to + ", " + blocks + " blocks");
    }

    @Override
    public void changed(Slru slru, int page, boolean isNew) {
        told.add((isNew ? "made " : "changed ") + slru + " " + page);
    }
}
