package dev.neon.rmgr.brin;

/** {@code REL_14 brindesc.c brin_desc}. */
final class BrinDescription14 {
    private BrinDescription14() {}

    static void append(BrinRecord said, StringBuilder text) {
        switch (said) {
            case BrinRecord.CreateIndex create -> number(text.append('v').append(create.version())
                    .append(" pagesPerRange "), create.pagesPerRange());
            case BrinRecord.Insert insert -> range(insert, text).append(" offnum ").append(insert.offnum());
            case BrinRecord.Update update -> range(update.insert(), text).append(" old offnum ")
                    .append(update.oldOffnum()).append(", new offnum ").append(update.insert().offnum());
            case BrinRecord.SamepageUpdate update -> text.append("offnum ").append(update.offnum());
            case BrinRecord.RevmapExtend extend -> number(text.append("targetBlk "), extend.targetBlk());
            case BrinRecord.Desummarize gone -> {
                number(text.append("pagesPerRange "), gone.pagesPerRange());
                number(text.append(", heapBlk "), gone.heapBlk());
                text.append(", page offset ").append(gone.regOffset());
            }
        }
    }

    private static StringBuilder range(BrinRecord.Insert insert, StringBuilder text) {
        number(text.append("heapBlk "), insert.heapBlk());
        return number(text.append(" pagesPerRange "), insert.pagesPerRange());
    }

    private static StringBuilder number(StringBuilder text, int unsigned) {
        return text.append(Integer.toUnsignedString(unsigned));
    }
}
