package dev.neon.repo.files;

/**
 * Free text as a field of a line: backslash, tab, newline and carriage return become {@code \\}, {@code \t},
 * {@code \n} and {@code \r}, so that a field never holds what separates fields and lines.
 */
public final class Escape {
    private Escape() {}

    public static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
    }

    /** The reverse; a backslash before any other character stands for itself. */
    public static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        StringBuilder text = new StringBuilder(field.length());
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            char escaped = c == '\\' && i + 1 < field.length() ? meaning(field.charAt(i + 1)) : '\0';
            if (escaped != '\0') {
                i++;
            }
            text.append(escaped != '\0' ? escaped : c);
        }
        return text.toString();
    }

    private static char meaning(char c) {
        return switch (c) {
            case '\\' -> '\\';
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            default -> '\0';
        };
    }
}
