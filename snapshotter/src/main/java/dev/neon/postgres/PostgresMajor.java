package dev.neon.postgres;

import dev.neon.repo.error.UnsupportedException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What differs between the major releases that neon reads, one constant a release. Adding a major is adding a constant;
 * no other place asks for the number.
 *
 * <p>Sources: {@code xlog_internal.h XLOG_PAGE_MAGIC}, {@code catversion.h CATALOG_VERSION_NO}, {@code pg_control.h
 * ControlFileData} (18 put {@code default_char_signedness} before the nonce, which moved the CRC), {@code rmgr.h
 * RmgrIdIsValid} (custom resource managers came with 15), {@code xlogrecord.h BKPIMAGE_*} (15 renumbered the flags).
 */
public enum PostgresMajor {
    V14(14, 0xD10D, 202107181, 256, 288, false, 0x04, ImageFlags.PGLZ_ONLY),
    V15(15, 0xD110, 202209061, 256, 288, true, 0x02, ImageFlags.BY_METHOD),
    V16(16, 0xD113, 202307071, 256, 288, true, 0x02, ImageFlags.BY_METHOD),
    V17(17, 0xD116, 202406281, 256, 288, true, 0x02, ImageFlags.BY_METHOD),
    V18(18, 0xD118, 202506291, 257, 292, true, 0x02, ImageFlags.BY_METHOD);

    private static final int LAST_BUILTIN_RMGR = 21;
    private static final int FIRST_CUSTOM_RMGR = 128;
    /** {@code BKPIMAGE_HAS_HOLE}, the same in all. */
    private static final int IMAGE_HAS_HOLE = 0x01;

    private final int number;
    private final int pageMagic;
    private final int catalogVersion;
    private final int controlNonceOffset;
    private final int controlCrcOffset;
    private final boolean customRmgrs;
    private final int imageApplyFlag;
    private final ImageFlags imageFlags;

    PostgresMajor(int number, int pageMagic, int catalogVersion, int controlNonceOffset, int controlCrcOffset,
            boolean customRmgrs, int imageApplyFlag, ImageFlags imageFlags) {
        this.number = number;
        this.pageMagic = pageMagic;
        this.catalogVersion = catalogVersion;
        this.controlNonceOffset = controlNonceOffset;
        this.controlCrcOffset = controlCrcOffset;
        this.customRmgrs = customRmgrs;
        this.imageApplyFlag = imageApplyFlag;
        this.imageFlags = imageFlags;
    }

    /**
     * The constant for a major version.
     *
     * @throws UnsupportedException if neon does not read that release
     */
    public static PostgresMajor of(int number) {
        return Arrays.stream(values()).filter(major -> major.number == number).findFirst()
                .orElseThrow(() -> new UnsupportedException("PostgreSQL " + number + " is not supported",
                        "Supported are " + Arrays.stream(values()).map(PostgresMajor::toString)
                                .collect(Collectors.joining(", ")) + "."));
    }

    /** The release that writes this catalog version, if it is one that neon reads; betas are not. */
    public static Optional<PostgresMajor> ofCatalogVersion(int catalogVersion) {
        return Arrays.stream(values()).filter(major -> major.catalogVersion == catalogVersion).findFirst();
    }

    /** The release whose WAL pages begin with this, if it is one that neon reads. */
    public static Optional<PostgresMajor> ofPageMagic(int pageMagic) {
        return Arrays.stream(values()).filter(major -> major.pageMagic == pageMagic).findFirst();
    }

    /** 14 to 18. */
    public int number() {
        return number;
    }

    /** The first two bytes of each WAL page, little-endian. */
    public int pageMagic() {
        return pageMagic;
    }

    /** {@code CATALOG_VERSION_NO} of the release. */
    public int catalogVersion() {
        return catalogVersion;
    }

    /** Where {@code pg_control} keeps the 32 bytes of {@code mock_authentication_nonce}. */
    public int controlNonceOffset() {
        return controlNonceOffset;
    }

    /** Whether initdb knows the locale provider builtin ({@code REL_17 initdb.c}). */
    public boolean hasBuiltinLocale() {
        return compareTo(V17) >= 0;
    }

    /** Whether a checkpoint's body tells the {@code wal_level} ({@code REL_17 pg_control.h CheckPoint}). */
    public boolean hasWalLevelInCheckPoint() {
        return compareTo(V17) >= 0;
    }

    /**
     * The name of the file in {@code pg_twophase} of a transaction with this 64-bit id; 17 put the epoch into it
     * ({@code REL_17 twophase.c TwoPhaseFilePath}).
     */
    public String twoPhaseFile(long xid) {
        return compareTo(V17) >= 0 ? "%016X".formatted(xid) : "%08X".formatted((int) xid);
    }

    /** The call that begins a backup with a checkpoint at once; 15 gave it another name and signature. */
    public String beginOfBackup(String label) {
        return compareTo(V15) >= 0 ? "pg_backup_start('" + label + "', true)"
                : "pg_start_backup('" + label + "', true, false)";
    }

    /** Where {@code pg_control} keeps its CRC-32C, in bytes from the start; the CRC covers everything before. */
    public int controlCrcOffset() {
        return controlCrcOffset;
    }

    /** Whether a record may name this resource manager, a value of 0 to 255. */
    public boolean isRmgr(int rmid) {
        return rmid <= LAST_BUILTIN_RMGR || customRmgrs && rmid >= FIRST_CUSTOM_RMGR;
    }

    /** Whether {@code bimg_info} says that a page image in WAL is compressed, by whichever method. */
    public boolean isImageCompressed(int imageInfo) {
        return (imageInfo & imageFlags.mask) != 0;
    }

    /** Whether all bits of {@code bimg_info} have a meaning. */
    public boolean areImageFlags(int imageInfo) {
        return (imageInfo & ~(IMAGE_HAS_HOLE | imageApplyFlag | imageFlags.mask)) == 0;
    }

    /** How {@code bimg_info} says that a page image is compressed; of several flags PostgreSQL heeds the first. */
    public ImageCompression imageCompression(int imageInfo) {
        if (!isImageCompressed(imageInfo)) {
            return ImageCompression.NONE;
        }
        return imageFlags == ImageFlags.PGLZ_ONLY || (imageInfo & 0x04) != 0 ? ImageCompression.PGLZ
                : (imageInfo & 0x08) != 0 ? ImageCompression.LZ4 : ImageCompression.ZSTD;
    }

    /** Whether an image's flags say which of several methods compressed it; tools name the method then. */
    public boolean hasCompressionMethods() {
        return imageFlags != ImageFlags.PGLZ_ONLY;
    }

    /** Whether {@code bimg_info} says that redo restores the image ({@code BKPIMAGE_APPLY}). */
    public boolean isImageApplied(int imageInfo) {
        return (imageInfo & imageApplyFlag) != 0;
    }

    /** The flags of {@code bimg_info} that say how an image is compressed. */
    private enum ImageFlags {
        /** 0x02. */
        PGLZ_ONLY(0x02),
        /** 0x04 pglz, 0x08 lz4, 0x10 zstd. */
        BY_METHOD(0x1C);

        private final int mask;

        ImageFlags(int mask) {
            this.mask = mask;
        }
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }
}
