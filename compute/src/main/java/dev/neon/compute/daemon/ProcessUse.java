package dev.neon.compute.daemon;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What this process uses.
 *
 * @param resident        bytes of memory, where the operating system tells
 * @param heap            bytes of objects, those too that are garbage
 * @param threads         without virtual ones
 * @param descriptors     open ones, where the operating system tells
 * @param mostDescriptors that it may open
 */
record ProcessUse(Optional<Long> resident, long heap, int threads, Optional<Long> descriptors, Optional<Long> mostDescriptors) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    static ProcessUse now() {
        Optional<UnixOperatingSystemMXBean> unix = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean found
                ? Optional.of(found) : Optional.empty();
        return new ProcessUse(residentBytes(), ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                ManagementFactory.getThreadMXBean().getThreadCount(), unix.map(UnixOperatingSystemMXBean::getOpenFileDescriptorCount),
                unix.map(UnixOperatingSystemMXBean::getMaxFileDescriptorCount));
    }

    private static Optional<Long> residentBytes() {
        try {
            // VmRSS:     73264 kB
            return Files.readAllLines(STATUS).stream().filter(line -> line.startsWith(RESIDENT))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).findFirst();
        } catch (IOException anotherSystem) {
            return Optional.empty();
        }
    }
}
