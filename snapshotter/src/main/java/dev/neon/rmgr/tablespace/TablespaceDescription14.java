package dev.neon.rmgr.tablespace;

/** {@code REL_14 tblspcdesc.c tblspc_desc}. */
final class TablespaceDescription14 {
    private TablespaceDescription14() {}

    static void append(TablespaceRecord said, StringBuilder text) {
        switch (said) {
            case TablespaceRecord.Create create -> text.append(Integer.toUnsignedString(create.tablespace()))
                    .append(" \"").append(create.location()).append('"');
            case TablespaceRecord.Drop drop -> text.append(Integer.toUnsignedString(drop.tablespace()));
        }
    }
}
