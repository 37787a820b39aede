package dev.neon.rmgr.storage;

import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.PostgresMajor;
import dev.neon.postgres.RelationPath;

/** {@code REL_14 smgrdesc.c smgr_desc}. */
final class StorageDescription14 {
    private StorageDescription14() {}

    /** @param major names the directory in which a release keeps its files of a tablespace */
    static void append(StorageRecord said, PostgresMajor major, StringBuilder text) {
        switch (said) {
            case StorageRecord.Create create -> text.append(RelationPath.of(major, create.relation(), create.fork()));
            case StorageRecord.Truncate truncate -> text
                    .append(RelationPath.of(major, truncate.relation(), ForkNumber.MAIN))
                    .append(" to ").append(Integer.toUnsignedString(truncate.block()))
                    .append(" blocks flags ").append(truncate.flags());
        }
    }
}
