package dev.neon.repo.progress;

enum NoTask implements Progress.Task {
    INSTANCE;

    @Override
    public void advance(long units) {}

    @Override
    public void close() {}
}
