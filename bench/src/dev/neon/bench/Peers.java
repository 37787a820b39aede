package dev.neon.bench;

/** placeholder */
final class Peers implements Benchmark {
    @Override
    public String name() { return "peers"; }
    @Override
    public String title() { return "peers"; }
    @Override
    public void run(Lab lab) {}
}
