package dev.neon.rmgr.hash;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as PostgreSQL's {@code printf} writes them for {@code %g} ({@code REL_17 snprintf.c fmtfloat}). */
final class PrintfGeneral {
    private static final int DIGITS = 6;
    private static final int LEAST_EXPONENT = -4;

    private PrintfGeneral() {}

    static String format(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.toString(value);
        }
        if (value == 0) {
            return Double.compare(value, 0) < 0 ? "-0" : "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(DIGITS, RoundingMode.HALF_EVEN))
                .stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent >= LEAST_EXPONENT && exponent < DIGITS) {
            return rounded.toPlainString();
        }
        return rounded.movePointLeft(exponent).toPlainString() + (exponent < 0 ? "e-" : "e+")
                + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }
}
