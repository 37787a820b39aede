package dev.neon.cli.io;

import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.progress.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** What a command says: results on the standard output, everything else on the standard error. */
public final class Output {
    private final Environment environment;
    private final boolean quiet;
    private final boolean colourOut;
    private final boolean colourErr;
    /** Whether {@link #noteBegin} has written a line that is not complete. */
    private boolean lineIsOpen;

    /**
     * @param quiet whether notes and progress are left out; results, warnings and errors never are
     */
    public Output(Environment environment, boolean quiet, ColorChoice color) {
        this(environment, quiet, color.appliesTo(environment.terminals().out(), environment),
                color.appliesTo(environment.terminals().err(), environment));
    }

    private Output(Environment environment, boolean quiet, boolean colourOut, boolean colourErr) {
        this.environment = environment;
        this.quiet = quiet;
        this.colourOut = colourOut;
        this.colourErr = colourErr;
    }

    /** The same, but for results, which go through a pager. */
    public Output through(Pager pager) {
        return new Output(environment.printingTo(pager.out()), quiet, colourOut, colourErr);
    }

    /** A line of result. */
    public void line(String text) {
        out().print(text);
        out().print('\n');
    }

    /** Result text as it is, without a line end. */
    public void text(String text) {
        out().print(text);
    }

    /**
     * Many lines of result at once, written out; {@code text} is empty afterwards.
     *
     * @return false if nobody reads any more, as when a pipe's other end is {@code head}
     */
    public boolean lines(StringBuilder text) {
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        text.setLength(0);
        out().write(bytes, 0, bytes.length);
        return !out().checkError();
    }

    /** Where results go, for those that are long and no text; not to be closed. */
    public OutputStream stream() {
        return out();
    }

    /** Bytes of result, as they are. */
    public void bytes(byte[] bytes) {
        out().write(bytes, 0, bytes.length);
    }

    /** Whether notes and progress are left out. */
    public boolean isQuiet() {
        return quiet;
    }

    /** The rows of a table as result lines. */
    public void table(Table table) {
        table.render(this::paint).forEach(this::line);
    }

    /** One JSON value as the result, followed by a line end. */
    public void json(Consumer<Json> content) {
        Json.write(out(), content);
        out().print('\n');
    }

    /** A line about what is happening; not shown when quiet. */
    public void note(String text) {
        if (!quiet) {
            toErr(text + '\n');
            lineIsOpen = false;
        }
    }

    /** The beginning of a line that a later {@link #note} completes; not shown when quiet. */
    public void noteBegin(String text) {
        if (!quiet) {
            toErr(text);
            lineIsOpen = true;
        }
    }

    /** Something that went well enough but wants attention; shown even when quiet, on a line of its own. */
    public void warning(String text) {
        if (lineIsOpen) {
            toErr("\n");
            lineIsOpen = false;
        }
        toErr(paintErr(Style.YELLOW, "warning:") + ' ' + text + '\n');
    }

    /**
     * What failed and what to do about it.
     *
     * @param message lower case, the subject quoted, no full stop
     * @param detail  the last lines of a log, shown indented; may be empty
     * @param hint    whole sentences
     */
    public void error(String message, String detail, Optional<String> hint) {
        StringBuilder text = new StringBuilder(paintErr(Style.RED, "error:")).append(' ').append(message).append('\n');
        detail.lines().forEach(line -> text.append("    ").append(line).append('\n'));
        toErr(text.toString());
        hint.ifPresent(this::hint);
    }

    /**
     * What to do about something that was just said.
     *
     * @param words whole sentences
     */
    public void hint(String words) {
        toErr(paintErr(Style.YELLOW, "hint:") + ' ' + words + '\n');
    }

    /** {@code text} in a style, if the standard output shows colours. */
    public String paint(Style style, String text) {
        return colourOut ? style.apply(text) : text;
    }

    private String paintErr(Style style, String text) {
        return colourErr ? style.apply(text) : text;
    }

    /** Draws long work on the standard error if that is a terminal; tells nobody otherwise, or when quiet. */
    public Progress progress() {
        return quiet || !environment.terminals().err()
                ? Progress.NONE
                : new TerminalProgress(environment.err(), System::nanoTime);
    }

    /**
     * Asks the user, and takes only {@code y} or {@code yes} for a yes.
     *
     * @param question without the answers, for example {@code "delete branch 'old'?"}
     * @param option   the option that answers yes beforehand, for example {@code "--force"}
     * @throws UnsupportedException if there is no terminal to ask on
     */
    public boolean confirm(String question, String option) {
        if (!environment.terminals().in() || !environment.terminals().err()) {
            throw new UnsupportedException("unable to ask '" + question + "' without a terminal",
                    "Pass " + option + " to answer yes.");
        }
        toErr(question + " [y/N] ");
        try {
            String answer = new BufferedReader(new InputStreamReader(environment.in())).readLine();
            String word = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
            return word.equals("y") || word.equals("yes");
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Writes out what is buffered; needed before a child process writes to the same streams. */
    public void flush() {
        out().flush();
        environment.err().flush();
    }

    private PrintStream out() {
        return environment.out();
    }

    private void toErr(String text) {
        // Results that were printed before stay before, where both streams go to one place.
        out().flush();
        environment.err().print(text);
        environment.err().flush();
    }
}
