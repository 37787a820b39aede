package dev.neon.rmgr;

import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.wal.WalRecord;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * One resource manager of one release.
 *
 * @param name        as in {@code REL_17 rmgrlist.h}: {@code Heap2}
 * @param operations  the names of its operations
 * @param decoder     reads its records
 * @param description writes them for people
 * @param redo        does to pages what they say
 */
public record ResourceManager<R extends RmgrRecord>(String name, Operations operations, RecordDecoder<R> decoder,
        RecordDescription<R> description, BlockRedo<R> redo) {
    /** One whose records change no pages of relations. */
    public ResourceManager(String name, Operations operations, RecordDecoder<R> decoder,
            RecordDescription<R> description) {
        this(name, operations, decoder, description, BlockRedo.none());
    }

    /** One whose records refer to no blocks; a record that does is of no known form. */
    public static <R extends RmgrRecord> ResourceManager<R> withoutBlocks(String name, Operations operations,
            RecordDecoder<R> decoder, RecordDescription<R> description) {
        return withoutBlocks(name, operations, decoder, description, BlockRedo.none());
    }

    /** As the other; its records change pages without referring to them. */
    public static <R extends RmgrRecord> ResourceManager<R> withoutBlocks(String name, Operations operations,
            RecordDecoder<R> decoder, RecordDescription<R> description, BlockRedo<R> redo) {
        return new ResourceManager<>(name, operations, record -> {
            RecordBlocks.of(record).finish();
            return decoder.decode(record);
        }, description, redo);
    }

    /** The operation's name; {@code UNKNOWN (f0)} as {@code pg_waldump} writes it if there is no such operation. */
    public String operation(int info) {
        Optional<String> known = operations.name(info);
        return known.orElseGet(() -> "UNKNOWN (" + Integer.toHexString(info & 0xF0) + ")");
    }

    /** @throws UnsupportedWalException if the record is of a form that the release does not have */
    public R decode(WalRecord record) {
        return decoder.decode(record);
    }

    /**
     * Decodes the record and appends its description, with times in UTC.
     *
     * @throws UnsupportedWalException as {@link #decode}
     */
    public void describe(WalRecord record, StringBuilder text) {
        describe(record, ZoneOffset.UTC, text);
    }

    /**
     * As the other, with times in this zone: {@code pg_waldump} takes the machine's.
     *
     * @throws UnsupportedWalException as {@link #decode}
     */
    public void describe(WalRecord record, ZoneId zone, StringBuilder text) {
        description.append(decoder.decode(record), record, zone, text);
    }
}
