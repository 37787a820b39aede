package dev.neon.rmgr.database;

/** {@code REL_15 dbasedesc.c dbase_desc}; 14 has the same words, for fewer operations. */
final class DatabaseDescription14 {
    private DatabaseDescription14() {}

    static void append(DatabaseRecord said, StringBuilder text) {
        switch (said) {
            case DatabaseRecord.CreateFileCopy copy -> {
                directory(copy.sourceTablespace(), copy.sourceDatabase(), text.append("copy dir "));
                directory(copy.tablespace(), copy.database(), text.append(" to "));
            }
            case DatabaseRecord.CreateWalLog create ->
                    directory(create.tablespace(), create.database(), text.append("create dir "));
            case DatabaseRecord.Drop drop -> {
                text.append("dir");
                for (int tablespace : drop.tablespaces()) {
                    directory(tablespace, drop.database(), text.append(' '));
                }
            }
        }
    }

    private static void directory(int tablespace, int database, StringBuilder text) {
        text.append(Integer.toUnsignedString(tablespace)).append('/').append(Integer.toUnsignedString(database));
    }
}
