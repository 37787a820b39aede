package dev.neon.rmgr.xlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.postgres.PostgresMajor;
import dev.neon.postgres.WalLevel;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.dialect.WalDialect;
import dev.neon.wal.CraftedRecord;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies byte by byte. */
class XlogRecordTest {
    private static final String CHECKPOINT = "d8bc0a0100000000 02000000 01000000 01 777777 01000000 df02000001000000"
            + "10400000 05000000 09000000 dd020000 01000000 01000000 05000000 00000000 00cb7a6900000000"
            + "03000000 04000000 dc020000 00000000";
    private static final String END_OF_RECOVERY = "40420f0000000000 02000000 01000000";

    private static XlogRecord decode(PostgresMajor major, int info, String main) {
        return CraftedRecord.main(major, 0, info, 0, main)
                .read(record -> (XlogRecord) WalDialect.of(major).manager(0).decode(record));
    }

    private static String describe(PostgresMajor major, int info, String main) {
        return describe(major, info, main, ZoneOffset.UTC);
    }

    private static String describe(PostgresMajor major, int info, String main, ZoneId zone) {
        return CraftedRecord.main(major, 0, info, 0, main).read(record -> {
            StringBuilder text = new StringBuilder(WalDialect.of(major).manager(0).operation(info)).append(' ');
            WalDialect.of(major).manager(0).describe(record, zone, text);
            return text.toString();
        });
    }

    @Test
    void checkPointIsRead() {
        XlogRecord.OnlineCheckPoint online =
                assertInstanceOf(XlogRecord.OnlineCheckPoint.class, decode(PostgresMajor.V17, 0x10, CHECKPOINT));
        assertEquals(Lsn.parse("0/10ABCD8"), online.checkPoint().redo());
        assertEquals(1L << 32 | 735, online.checkPoint().nextXid());
        assertEquals(Optional.of(WalLevel.REPLICA), online.walLevel());
        XlogRecord.ShutdownCheckPoint shutdown =
                assertInstanceOf(XlogRecord.ShutdownCheckPoint.class, decode(PostgresMajor.V16, 0x00, CHECKPOINT));
        assertEquals(online.checkPoint(), shutdown.checkPoint());
        assertEquals(Optional.empty(), shutdown.walLevel());
    }

    @ParameterizedTest
    @EnumSource
    void checkPointIsDescribedInTheReleasesWords(PostgresMajor major) {
        String level = switch (major) {
            case V14, V15, V16 -> "";
            case V17, V18 -> "; wal_level replica";
        };
        String text = "redo 0/10ABCD8; tli 2; prev tli 1; fpw true" + level + "; xid 1:735; oid 16400; multi 5;"
                + " offset 9; oldest xid 733 in DB 1; oldest multi 1 in DB 5; oldest/newest commit timestamp xid: 3/4;"
                + " oldest running xid 732; ";
        assertEquals("CHECKPOINT_SHUTDOWN " + text + "shutdown", describe(major, 0x00, CHECKPOINT));
        assertEquals("CHECKPOINT_ONLINE " + text + "online", describe(major, 0x10, CHECKPOINT));
    }

    @ParameterizedTest
    @EnumSource
    void othersAreDescribed(PostgresMajor major) {
        assertEquals("NOOP ", describe(major, 0x20, ""));
        assertEquals("NEXTOID 4294967295", describe(major, 0x30, "ffffffff"));
        assertEquals("SWITCH ", describe(major, 0x40, ""));
        assertEquals("BACKUP_END 0/10ABCD8", describe(major, 0x50, "d8bc0a0100000000"));
        assertEquals("PARAMETER_CHANGE max_connections=100 max_worker_processes=8 max_wal_senders=10"
                + " max_prepared_xacts=3 max_locks_per_xact=64 wal_level=logical wal_log_hints=on"
                + " track_commit_timestamp=off", describe(major, 0x60,
                "64000000 08000000 0a000000 03000000 40000000 02000000 01 00 7777"));
        assertEquals("RESTORE_POINT before", describe(major, 0x70, "40420f0000000000 6265666f7265" + "00".repeat(58)));
        assertEquals("FPW_CHANGE true", describe(major, 0x80, "01"));
        assertEquals("FPI_FOR_HINT ", describe(major, 0xA0, ""));
        assertEquals("FPI ", describe(major, 0xB0, ""));
        assertEquals("OVERWRITE_CONTRECORD lsn 0/10ABCD8; time 2000-01-01 00:00:01.000000 UTC",
                describe(major, 0xD0, "d8bc0a0100000000 40420f0000000000"));
    }

    @Test
    void walLevelCameWith17() {
        assertEquals("END_OF_RECOVERY tli 2; prev tli 1; time 2000-01-01 01:00:01.000000 CET",
                describe(PostgresMajor.V16, 0x90, END_OF_RECOVERY, ZoneId.of("Europe/Berlin")));
        assertEquals("END_OF_RECOVERY tli 2; prev tli 1; time 2000-01-01 00:00:01.000000 UTC; wal_level minimal",
                describe(PostgresMajor.V17, 0x90, END_OF_RECOVERY + "00000000 77777777"));
        assertEquals("CHECKPOINT_REDO wal_level logical", describe(PostgresMajor.V18, 0xE0, "02000000"));
        assertThrows(UnsupportedWalException.class, () -> decode(PostgresMajor.V16, 0xE0, "02000000"));
        assertThrows(UnsupportedWalException.class, () -> decode(PostgresMajor.V17, 0xE0, "03000000"));
    }

    /** Nothing is to be done but to restore images; of hints there may be none. */
    @ParameterizedTest
    @EnumSource
    void pagesAloneHaveBlocks(PostgresMajor major) {
        CraftedRecord pages = CraftedRecord.of(major, 0, 0xB0);
        assertEquals(new XlogRecord.FullPageImages(), pages.image().image().decode());
        assertThrows(UnsupportedWalException.class, pages.image().block("")::decode);
        assertThrows(UnsupportedWalException.class, pages.checkedBlock(0, "")::decode);
        assertThrows(UnsupportedWalException.class, pages.restoredBlock(0, "00")::decode);
        assertThrows(UnsupportedWalException.class, pages.restoredBlock(1)::decode);
        CraftedRecord hints = CraftedRecord.of(major, 0, 0xA0);
        assertEquals(new XlogRecord.FullPageImagesForHint(), hints.image().block("").decode());
        assertThrows(UnsupportedWalException.class, hints.checkedBlock(0, "")::decode);
        assertThrows(UnsupportedWalException.class, hints.block("00")::decode);
        assertThrows(UnsupportedWalException.class, CraftedRecord.of(major, 0, 0x20).image()::decode);
    }

    @ParameterizedTest
    @EnumSource
    void unknownFormsAreRefused(PostgresMajor major) {
        assertThrows(UnsupportedWalException.class, () -> decode(major, 0xC0, ""));
        assertThrows(UnsupportedWalException.class, () -> decode(major, 0xF0, ""));
        assertThrows(UnsupportedWalException.class, () -> decode(major, 0x40, "00"));
        assertThrows(UnsupportedWalException.class, () -> decode(major, 0x00, CHECKPOINT + "00"));
        assertThrows(UnsupportedWalException.class, () -> decode(major, 0x00, CHECKPOINT.substring(2)));
        assertThrows(UnsupportedWalException.class,
                () -> decode(major, 0x00, CHECKPOINT.replace("00cb7a6900000000", "00cb7a690000007f")));
    }
}
