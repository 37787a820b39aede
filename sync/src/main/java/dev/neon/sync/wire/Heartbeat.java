package dev.neon.sync.wire;

import java.io.IOException;
import java.time.Duration;

/**
 * Tells the other side, and whatever stands between, that an answer is being worked on: to verify what was pushed may take
 * minutes, and a connection on which nothing comes for one is closed by many. Until it is closed, nobody else writes.
 */
final class Heartbeat implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofSeconds(10);

    private final PacketWriter writer;
    private final Duration interval;
    private final Thread thread;

    private Heartbeat(PacketWriter writer, Duration interval) {
        this.writer = writer;
        this.interval = interval;
        this.thread = Thread.ofVirtual().unstarted(this::beat);
    }

    static Heartbeat start(PacketWriter writer, Duration interval) {
        Heartbeat heartbeat = new Heartbeat(writer, interval);
        heartbeat.thread.start();
        return heartbeat;
    }

    private void beat() {
        try {
            while (true) {
                Thread.sleep(interval);
                synchronized (this) {
                    if (Thread.currentThread().isInterrupted()) {
                        return;
                    }
                    writer.progress("working");
                }
            }
        } catch (InterruptedException | IOException ended) {
            // The answer is there; or who asked is gone, which whoever writes it will see.
        }
    }

    @Override
    public void close() {
        // Not amid a packet: an interrupted write would end the connection.
        synchronized (this) {
            thread.interrupt();
        }
    }
}
