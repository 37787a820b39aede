package dev.neon.cli.docs;

/** Writes a man page in the macros of man(7). */
final class Roff {
    private final StringBuilder text = new StringBuilder();

    Roff(String title) {
        text.append(".\\\" Made from the declarations of neon's commands, do not edit.\n")
                .append(".TH \"").append(escape(title)).append("\" 1 \"\" \"neon\" \"neon manual\"\n")
                .append(".nh\n.ad l\n");
    }

    Roff section(String title) {
        text.append(".SH ").append(title).append('\n');
        return this;
    }

    Roff subsection(String title) {
        text.append(".SS ").append(escape(title)).append('\n');
        return this;
    }

    Roff paragraph(String words) {
        text.append(".PP\n");
        return line(words);
    }

    Roff line(String words) {
        text.append(escape(words)).append('\n');
        return this;
    }

    /** A line that starts on a line of its own, in bold. */
    Roff command(String words) {
        text.append(".br\n\\fB").append(escape(words)).append("\\fR\n");
        return this;
    }

    /** A term in bold, and its meaning indented below. */
    Roff entry(String term, String meaning) {
        text.append(".TP\n\\fB").append(escape(term)).append("\\fR\n");
        return line(meaning);
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private static String escape(String words) {
        String escaped = words.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq");
        return escaped.startsWith(".") ? "\\&" + escaped : escaped;
    }
}
