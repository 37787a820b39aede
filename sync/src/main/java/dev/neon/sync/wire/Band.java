package dev.neon.sync.wire;

/** What a packet of a body is; its first byte. As in git's side-band-64k. */
enum Band {
    DATA(1), PROGRESS(2), ERROR(3);

    private final int number;

    Band(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
