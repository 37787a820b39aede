package dev.neon.dialect;

import com.sun.management.ThreadMXBean;
import dev.neon.postgres.PostgresMajor;
import dev.neon.redo.HostileRedo;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.ResourceManager;
import dev.neon.wal.PageImages;
import dev.neon.wal.SegmentName;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * A segment of real WAL, copied, whose pages are damaged at random and read again. Whatever stands there, a walk ends
 * with a reason and its place, and a record is decoded or refused: no other exception, and no more memory than its
 * bound. What is decoded is done to pages too, whatever pages there are.
 *
 * <p>{@link #damageRecords} makes checksums right again, so that what is behind them is met: on every page one record
 * is changed. {@link #damageBytes} leaves them wrong.
 */
public final class HostileWal implements AutoCloseable {
    private static final int PAGE = 8192;
    /** What a record may cost: so much, with an exception and a text, and so many times its length. */
    private static final long ALLOWED = 32 << 10;
    private static final long ALLOWED_TIMES = 50;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /**
     * What became of the damaged pages and records.
     *
     * @param pages         that were damaged
     * @param sound         records that were decoded
     * @param refused       records of a form that is not known
     * @param malformed     records whose parts do not add up
     * @param ends          walks that ended
     * @param mostAllocated bytes for one record
     */
    public record Outcome(long pages, long sound, long refused, long malformed, long ends, long mostAllocated) {
        public static final Outcome NONE = new Outcome(0, 0, 0, 0, 0, 0);

        public Outcome plus(Outcome other) {
            return new Outcome(pages + other.pages, sound + other.sound, refused + other.refused,
                    malformed + other.malformed, ends + other.ends, Math.max(mostAllocated, other.mostAllocated));
        }
    }

    private final WalDialect dialect;
    private final WalSource source;
    private final Path path;
    private final Lsn base;
    private final byte[] original;
    private final MappedByteBuffer file;
    private final List<RecordBytes> records = new ArrayList<>();
    private final PageImages images = new PageImages();
    private final HostileRedo redo;
    private final byte[] page = new byte[PAGE];
    private Outcome outcome = Outcome.NONE;

    /**
     * @param identity of the cluster that wrote the segment
     * @param first    the start of a record in it, with which to begin
     * @param original its bytes
     */
    public HostileWal(ClusterIdentity identity, Lsn first, byte[] original) throws IOException {
        this.dialect = WalDialect.of(PostgresMajor.of(identity.major()));
        this.redo = new HostileRedo(PostgresMajor.of(identity.major()), first.value());
        this.base = new Lsn(first.value() & -original.length);
        this.original = original;
        Path directory = Files.createTempDirectory("hostile");
        this.path = directory.resolve(SegmentName.containing(base, identity.walTimeline(), original.length).toString());
        Files.write(path, original);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            this.file = channel.map(MapMode.READ_WRITE, 0, original.length);
        }
        this.source = WalSource.of(identity, directory);
        try (WalReader reader = WalReader.from(source, first)) {
            while (reader.next()) {
                int start = (int) reader.start().minus(base);
                if (start + reader.length() < original.length - PAGE) {
                    records.add(new RecordBytes(original, start, reader.length()));
                }
            }
        }
    }

    public Outcome outcome() {
        return outcome;
    }

    /** What was done to pages. */
    public HostileRedo redo() {
        return redo;
    }

    /** Changes one record that begins on each page, with a right checksum, and reads them all. */
    public void damageRecords(Random random) {
        BitSet hostile = new BitSet();
        for (int next = 0; next < records.size(); next = nextPage(next)) {
            RecordBytes chosen = records.get(random.nextInt(next, nextPage(next)));
            byte[] bytes = chosen.copy();
            new Mutation(random).apply(bytes, records.get(random.nextInt(records.size())).copy());
            chosen.write(file, bytes);
            hostile.set(chosen.start());
        }
        walk(base.plus(records.getFirst().start()), base.plus(original.length), hostile);
        file.put(0, original);
        outcome = outcome.plus(new Outcome(hostile.cardinality(), 0, 0, 0, 0, 0));
    }

    /** The first record on a later page. */
    private int nextPage(int index) {
        int page = records.get(index).start() / PAGE;
        int next = index + 1;
        while (next < records.size() && records.get(next).start() / PAGE == page) {
            next++;
        }
        return next;
    }

    /** Changes bytes of one page, and reads it, from the last record before it on. */
    public void damageBytes(Random random) {
        int index = random.nextInt(records.size());
        int start = records.get(index).start() & -PAGE;
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            int offset = start + (random.nextBoolean() ? random.nextInt(PAGE) : random.nextInt(48));
            file.put(offset, (byte) random.nextInt());
        }
        while (index > 0 && records.get(index).start() >= start) {
            index--;
        }
        BitSet hostile = new BitSet();
        hostile.set(start, start + PAGE);
        walk(base.plus(records.get(index).start()), base.plus(start + PAGE), hostile);
        file.put(start, original, start, PAGE);
        outcome = outcome.plus(new Outcome(1, 0, 0, 0, 0, 0));
    }

    /** @param hostile where the records begin that are to be decoded, in the segment */
    private void walk(Lsn from, Lsn until, BitSet hostile) {
        try (WalReader reader = WalReader.from(source, from)) {
            while (reader.next()) {
                if (!reader.start().isBefore(until)) {
                    return;
                }
                if (hostile.get((int) reader.start().minus(base))) {
                    decode(reader);
                }
            }
            if (reader.why().orElseThrow().at().isBefore(new Lsn(from.value() & -PAGE))) {
                throw new AssertionError("the walk from " + from + " ended before it: " + reader.why());
            }
            outcome = outcome.plus(new Outcome(0, 0, 0, 0, 1, 0));
        }
    }

    private void decode(WalReader reader) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Outcome fate = fate(reader);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (allocated > allowed(reader)) {
            // Once more: it may have been classes that were met for the first time.
            before = THREADS.getCurrentThreadAllocatedBytes();
            fate(reader);
            allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        if (allocated > allowed(reader)) {
            throw new AssertionError(allocated + " bytes were allocated for " + told(reader));
        }
        if (fate.sound() > 0) {
            redo(reader);
        }
        outcome = outcome.plus(fate).plus(new Outcome(0, 0, 0, 0, 0, allocated));
    }

    /** This may take as much memory as a page asks for, which is not much. */
    private void redo(WalReader reader) {
        try {
            redo.redo(reader.record());
        } catch (RuntimeException | Error crash) {
            throw new AssertionError(told(reader), crash);
        }
    }

    private static long allowed(WalReader reader) {
        return ALLOWED + ALLOWED_TIMES * reader.length();
    }

    private Outcome fate(WalReader reader) {
        try {
            read(reader.record());
            return new Outcome(0, 1, 0, 0, 0, 0);
        } catch (UnsupportedWalException unknown) {
            return new Outcome(0, 0, 1, 0, 0, 0);
        } catch (CorruptFileException malformed) {
            return new Outcome(0, 0, 0, 1, 0, 0);
        } catch (RuntimeException | Error crash) {
            throw new AssertionError(told(reader), crash);
        }
    }

    private String told(WalReader reader) {
        return "a hostile record of PostgreSQL " + source.identity().major() + ": "
                + HexFormat.of().formatHex(reader.copyBytes());
    }

    private void read(WalRecord record) {
        for (int id = 0; id < record.blockCount(); id++) {
            if (record.hasImage(id)) {
                restore(record, id);
            }
        }
        ResourceManager<?> manager = dialect.manager(record.rmid());
        manager.operation(record.info());
        manager.describe(record, new StringBuilder());
    }

    /** An image that gives no page says nothing of the rest of the record. */
    private void restore(WalRecord record, int id) {
        try {
            images.restore(record, id, page);
        } catch (UnsupportedWalException unknown) {
            return;
        }
    }

    @Override
    public void close() throws IOException {
        images.close();
        redo.close();
        Files.delete(path);
        Files.delete(path.getParent());
    }
}
