package dev.neon.rmgr.sequence;

/** {@code REL_14 seqdesc.c seq_desc}. */
final class SequenceDescription14 {
    private SequenceDescription14() {}

    static void append(SequenceRecord said, StringBuilder text) {
        switch (said) {
            case SequenceRecord.Log log -> text.append("rel ").append(log.relation());
        }
    }
}
