package dev.neon.bench;

import java.util.ArrayList;
import java.util.List;

/** The table of results. Rows go to standard error as they come, and to standard output in the end. */
final class Report {
    private record Row(String what, String unit, Samples samples, String goal) {
        String line() {
            return "| " + what + " | " + Samples.shown(samples.median()) + " | " + Samples.shown(samples.min()) + " | "
                    + Samples.shown(samples.max()) + " | " + unit + " | " + samples.runs() + " | " + goal + " |";
        }
    }

    private final List<String> lines = new ArrayList<>();

    void section(String title) {
        System.err.println("== " + title);
        lines.add("| **" + title + "** | | | | | | |");
    }

    void row(String what, String unit, Samples samples) {
        row(what, unit, samples, "");
    }

    void row(String what, String unit, Samples samples, String goal) {
        String line = new Row(what, unit, samples, goal).line();
        System.err.println(line);
        lines.add(line);
    }

    /** A measure that could not be taken, and why. */
    void missing(String what, String why) {
        System.err.println(what + ": " + why);
        lines.add("| " + what + " | | | | | 0 | not run: " + why + " |");
    }

    void print() {
        System.out.println("| measure | median | min | max | unit | runs | goal |");
        System.out.println("| --- | ---: | ---: | ---: | --- | ---: | --- |");
        lines.forEach(System.out::println);
    }
}
