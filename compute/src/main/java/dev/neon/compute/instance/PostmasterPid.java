package dev.neon.compute.instance;

import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * {@code postmaster.pid} of a data directory, as far as it has been written ({@code REL_17 pidfile.h}): the lines hold
 * the pid, the data directory, the start time in seconds, the port, the socket directory, the listen address, the
 * shared memory block and the status.
 *
 * @param pid  the postmaster; positive also for a standalone backend, whose pid the file holds negated
 * @param started when it was started, absent while the file is being written
 * @param port the TCP and socket port, absent while the server has not come so far
 * @param socketDirectory the first one; a relative one is relative to the data directory
 * @param listen the first address, absent if it listens on none
 * @param acceptsConnections what it says of itself, for pg_ctl to wait for ({@code REL_14 pidfile.h PM_STATUS_READY})
 */
record PostmasterPid(long pid, Optional<Instant> started, Optional<Integer> port, Optional<Path> socketDirectory,
                     Optional<String> listen, boolean acceptsConnections) {
    static final String FILE_NAME = "postmaster.pid";

    private static final int STARTED_LINE = 2;
    private static final int PORT_LINE = 3;
    private static final int SOCKET_DIRECTORY_LINE = 4;
    private static final int LISTEN_LINE = 5;
    private static final int STATUS_LINE = 7;
    private static final String READY = "ready";

    /** Reads the file; absent if there is none, or if it holds no pid (it is written in one go, but a disk may be full). */
    static Optional<PostmasterPid> read(Path dataDirectory) {
        Path file = dataDirectory.resolve(FILE_NAME);
        try {
            List<String> lines = Files.readAllLines(file);
            if (lines.isEmpty()) {
                return Optional.empty();
            }
            long pid = Math.abs(Long.parseLong(lines.getFirst().strip()));
            return pid == 0 ? Optional.empty() : Optional.of(new PostmasterPid(pid,
                    number(lines, STARTED_LINE).map(Instant::ofEpochSecond),
                    number(lines, PORT_LINE).map(Long::intValue),
                    line(lines, SOCKET_DIRECTORY_LINE).map(Path::of), line(lines, LISTEN_LINE),
                    line(lines, STATUS_LINE).filter(READY::equals).isPresent()));
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageFailedException("read", file, e);
        }
    }

    private static Optional<String> line(List<String> lines, int number) {
        return lines.size() <= number ? Optional.empty() : Optional.of(lines.get(number).strip())
                .filter(text -> !text.isEmpty());
    }

    private static Optional<Long> number(List<String> lines, int line) {
        try {
            return line(lines, line).map(Long::parseLong);
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }
}
