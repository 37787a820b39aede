package dev.neon.wal;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.wal.WalkEnd.Defect;
import dev.neon.wal.WalkEnd.Kind;
import java.util.Optional;

/** Says what is wrong with a record, with the byte that tells. */
final class RecordDefects {
    private static final long UNKNOWN = WalReader.UNKNOWN;

    private final WalPages pages;
    private final PostgresMajor major;

    RecordDefects(WalPages pages, PostgresMajor major) {
        this.pages = pages;
        this.major = major;
    }

    WalkEnd unexpectedContinuation(long page) {
        return pages.defectOnPage(Kind.UNEXPECTED_CONTINUATION, page, WalPageHeader.INFO,
                "the start of a record", "the rest of an earlier one");
    }

    Defect checksum(long at, int computed, int stored) {
        return pages.defectInRecord(Kind.RECORD_CHECKSUM, at, WalRecordHeader.CRC, "checksum "
                + WalPages.hex(computed), WalPages.hex(stored));
    }

    /** @param there bytes that are there of the record, from {@code first} on */
    WalkEnd length(long at, int total, byte[] bytes, int first, int there) {
        if (total == 0 && isZero(bytes, first, Math.min(there, WalRecordHeader.BYTES))) {
            return new WalkEnd.NoMoreWal(new Lsn(at), WalkEnd.Reason.ZEROS);
        }
        return pages.defectInRecord(Kind.RECORD_LENGTH, at, 0, "a record of " + WalRecordHeader.BYTES + " to "
                + WalRecordHeader.LONGEST + " bytes", Integer.toUnsignedString(total) + " bytes");
    }

    private static boolean isZero(byte[] bytes, int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Of the page where {@code left} bytes of a record must stand; empty if it says so. */
    Optional<WalkEnd> continuation(long page, int left) {
        if (!pages.has(WalPageHeader.FIRST_IS_CONTRECORD)) {
            return Optional.of(pages.defectOnPage(Kind.MISSING_CONTINUATION, page, WalPageHeader.INFO,
                    "the rest of a record", "the start of another"));
        }
        if (pages.remainingLength() != left) {
            return Optional.of(pages.defectOnPage(Kind.CONTINUATION_LENGTH, page, WalPageHeader.REMAINING_LENGTH,
                    left + " remaining bytes", Integer.toUnsignedString(pages.remainingLength())));
        }
        return Optional.empty();
    }

    /** @param last the start of the record before, if it is known */
    WalkEnd header(byte[] bytes, int first, long at, long last) {
        int manager = LittleEndian.u8(bytes, first + WalRecordHeader.RMID);
        if (!major.isRmgr(manager)) {
            return pages.defectInRecord(Kind.RESOURCE_MANAGER, at, WalRecordHeader.RMID,
                    "a resource manager of PostgreSQL " + major, Integer.toString(manager));
        }
        return pages.defectInRecord(Kind.PREVIOUS_RECORD, at, WalRecordHeader.PREVIOUS, last == UNKNOWN
                ? "a link to an earlier record" : "a link to the record at " + new Lsn(last),
                new Lsn(LittleEndian.i64(bytes, first + WalRecordHeader.PREVIOUS)).toString());
    }

    /** @param abandoned the record in whose place this one must stand, if there is one */
    WalkEnd place(byte[] bytes, int first, long at, int total, long abandoned) {
        return pages.defectInRecord(Kind.ABANDONED_RECORD, at, WalRecordHeader.OVERWRITTEN, abandoned == UNKNOWN
                ? "a record in no other's place" : "a record in place of the one at " + new Lsn(abandoned),
                !WalRecordHeader.isOverwrite(bytes, first) ? "a record that names none"
                        : "a record in place of the one at "
                                + new Lsn(WalRecordHeader.overwritten(bytes, first, total)));
    }

    /** @param field in bytes from the record's start */
    Defect body(long at, int field, String expected, String found) {
        return pages.defectInRecord(Kind.RECORD_BODY, at, field, expected, found);
    }
}
