package dev.neon.compute.proxy;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process holds.
 *
 * @param heap        bytes that are reachable
 * @param direct      bytes outside of the heap
 * @param resident    bytes of memory that the system has given; 0 where it does not tell
 * @param threads     of the system, not virtual ones
 * @param descriptors open files and sockets
 */
record Footprint(long heap, long direct, long resident, int threads, long descriptors) {
    private static final int PAGE = 4096;

    static Footprint now() throws IOException {
        // Twice: what is freed by cleaners goes only after a first.
        for (int i = 0; i < 2; i++) {
            System.gc();
        }
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
        return new Footprint(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), direct, residentBytes(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class).getOpenFileDescriptorCount());
    }

    private static long residentBytes() throws IOException {
        Path statm = Path.of("/proc/self/statm");
        return Files.exists(statm) ? Long.parseLong(Files.readString(statm).split(" ")[1]) * PAGE : 0;
    }

    /** What has come since another one. */
    Footprint since(Footprint before) {
        return new Footprint(heap - before.heap, direct - before.direct, resident - before.resident, threads - before.threads,
                descriptors - before.descriptors);
    }
}
