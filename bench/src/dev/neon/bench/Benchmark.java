package dev.neon.bench;

/** One group of measures. */
interface Benchmark {
    /** Its word on the command line. */
    String name();

    String title();

    /** Measures, and puts rows into the lab's report. What it made it also removes, or leaves to the lab. */
    void run(Lab lab) throws Exception;
}
