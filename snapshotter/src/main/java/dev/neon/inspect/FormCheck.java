package dev.neon.inspect;

import dev.neon.dialect.WalDialect;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import dev.neon.wal.WalkEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Decodes each record, and tells of those that are of no known form. */
final class FormCheck implements Tally<FormCheck> {
    private final WalSource source;
    private final WalDialect dialect;
    private final List<WalDefect> kept = new ArrayList<>();
    private final Consumer<WalDefect> sink;
    private long records;
    private long bytes;

    /** Keeps the defects until it is added to another. */
    FormCheck(WalSource source) {
        this.source = source;
        this.dialect = WalDialect.of(source.major());
        this.sink = kept::add;
    }

    /** Passes on the defects of those that are added to it. */
    FormCheck(WalSource source, Consumer<WalDefect> sink) {
        this.source = source;
        this.dialect = WalDialect.of(source.major());
        this.sink = sink;
    }

    @Override
    public void count(WalReader reader) {
        records++;
        bytes += reader.length();
        try {
            dialect.manager(reader.rmid()).decode(reader.record());
        } catch (UnsupportedWalException unknown) {
            long segment = Long.divideUnsigned(reader.startLsn(), source.segmentSize());
            sink.accept(new WalDefect(WalDefect.RECORD_FORM, reader.start(), source.path(segment),
                    reader.startLsn() & source.segmentSize() - 1, "a record of a known form", unknown.getMessage(),
                    Optional.empty()));
        } catch (CorruptFileException malformed) {
            sink.accept(new WalDefect(word(WalkEnd.Kind.RECORD_BODY), reader.start(), Optional.of(malformed.path()),
                    malformed.offset(), malformed.expected(), malformed.actual(), Optional.empty()));
        }
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public void add(FormCheck later) {
        records += later.records;
        bytes += later.bytes;
        later.kept.forEach(sink);
    }

    long records() {
        return records;
    }

    long bytes() {
        return bytes;
    }
}
