package dev.neon.repo.refs;

import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The operation log, {@code logs/operations}, and the one operation that is under way, {@code logs/pending}.
 *
 * <p>The pending file is what makes a change of several refs one change: from the moment it is in place the operation
 * has happened, for readers and after a crash, and all that follows can be repeated. Its first line is
 * {@code log-length <bytes>}, the size of the log before the operation; then come the operation's log lines.
 *
 * <p>Methods that write are for the holder of {@code refs.lock}.
 */
public final class OperationLog {
    private static final String LENGTH = "log-length ";

    private final Path log;
    private final Path pending;
    private final DurableFiles files;

    /** @param neonDirectory the repository's directory */
    public OperationLog(Path neonDirectory, DurableFiles files) {
        this.log = neonDirectory.resolve("logs").resolve("operations");
        this.pending = neonDirectory.resolve("logs").resolve("pending");
        this.files = files;
    }

    /** All operations, newest first. */
    public List<Operation> read() {
        Optional<Pending> underWay;
        byte[] bytes;
        Mark before;
        do {
            before = before();
            underWay = readPending();
            bytes = readOrEmpty(log);
        } while (!after().equals(before));
        // What the log holds of the operation under way may be torn; the pending file has it whole.
        int length = underWay.isPresent() ? (int) Math.min(underWay.get().logLength(), bytes.length) : bytes.length;
        List<Operation> operations =
                OperationFormat.parse(log, 0, new String(bytes, 0, length, StandardCharsets.UTF_8));
        underWay.map(Pending::operation).ifPresent(operations::add);
        return operations.reversed();
    }

    /** The operations that changed {@code ref}, newest first. */
    public List<Operation> of(RefName ref) {
        return read().stream()
                .filter(operation -> operation.changes().stream().anyMatch(change -> change.ref().equals(ref)))
                .toList();
    }

    /** The operation that has happened but whose refs may not all be in place. */
    public Optional<Operation> pending() {
        return readPending().map(Pending::operation);
    }

    /** The file of the operation that is under way, which is missing as a rule. */
    public Path pendingFile() {
        return pending;
    }

    /** Renames the pending file, over one that was put aside before, durably; returns its new name. */
    Path putAside() {
        Path aside = pending.resolveSibling("pending-damaged");
        files.rename(pending, aside);
        return aside;
    }

    /** Makes an operation happen. After this only {@link #record} and {@link #finish} follow, now or after a crash. */
    public void announce(Operation operation) {
        files.createDirectories(pending.getParent());
        String text = LENGTH + wholeLines() + "\n" + OperationFormat.format(operation);
        files.replace(pending, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes back an operation whose announcement failed. */
    public void withdraw() {
        files.delete(pending);
    }

    /**
     * Puts the pending operation into the log, once however often it is called.
     *
     * @return what is to be forced to disk before {@link #finish}
     */
    public List<Path> record() {
        Pending underWay = readPending().orElseThrow();
        byte[] lines = OperationFormat.format(underWay.operation()).getBytes(StandardCharsets.UTF_8);
        try {
            boolean isNew = !Files.exists(log);
            if (!isNew && Files.size(log) > underWay.logLength()) {
                files.steps().setLength(log, underWay.logLength());
            }
            files.steps().append(log, lines);
            return isNew ? List.of(log, log.getParent()) : List.of(log);
        } catch (IOException failure) {
            throw new StorageFailedException("write", log, failure);
        }
    }

    /**
     * Ends the pending operation. Not durable at once: if a crash brings the pending file back, the same refs are
     * written with the same values again, and the next operation replaces it for good before it changes anything.
     */
    public void finish() {
        try {
            files.steps().delete(pending);
        } catch (IOException failure) {
            throw new StorageFailedException("remove", pending, failure);
        }
    }

    /**
     * What tells a reader whether refs changed while it read them. Take it with {@link #before}, read, take it with
     * {@link #after}: if the two are the same, then no operation began or ended between.
     *
     * @param logLength bytes
     */
    public record Mark(Optional<Operation> pending, long logLength) {
        /** Whether nothing changed between the two. Mostly nothing is under way, and a record's equals costs start-up. */
        public boolean isSameAs(Mark other) {
            return logLength == other.logLength
                    && (pending.isEmpty() && other.pending.isEmpty() || pending.equals(other.pending));
        }
    }

    /** An operation appends to the log while it is pending: so the log is looked at first here, and last afterwards. */
    public Mark before() {
        long length = length();
        return new Mark(pending(), length);
    }

    /** The counterpart of {@link #before}. */
    public Mark after() {
        Optional<Operation> underWay = pending();
        return new Mark(underWay, length());
    }

    private long length() {
        try {
            return Files.size(log);
        } catch (NoSuchFileException none) {
            return 0;
        } catch (IOException failure) {
            throw new StorageFailedException("read", log, failure);
        }
    }

    /** The log's bytes up to its last newline; what follows is a torn write that the next record cuts off. */
    private long wholeLines() {
        try (SeekableByteChannel channel = Files.newByteChannel(log)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            long length = channel.size();
            while (length > 0) {
                channel.position(length - 1).read(one.clear());
                if (one.get(0) == '\n') {
                    break;
                }
                length--;
            }
            return length;
        } catch (NoSuchFileException none) {
            return 0;
        } catch (IOException failure) {
            throw new StorageFailedException("read", log, failure);
        }
    }

    private record Pending(long logLength, Operation operation) {}

    private Optional<Pending> readPending() {
        byte[] bytes = readOrEmpty(pending);
        if (bytes.length == 0) {
            return Optional.empty();
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        if (text.startsWith(LENGTH) && text.endsWith("\n")) {
            try {
                long length = Long.parseLong(text.substring(LENGTH.length(), end));
                List<Operation> operations = OperationFormat.parse(pending, end + 1L, text.substring(end + 1));
                if (operations.size() == 1) {
                    return Optional.of(new Pending(length, operations.getFirst()));
                }
            } catch (NumberFormatException damaged) {
                // Falls through to the report.
            }
        }
        throw new CorruptFileException(pending, 0, "'" + LENGTH + "<bytes>' and the lines of one operation",
                bytes.length + " other bytes", "The refs are as they were before or as it wanted them;"
                        + " see what 'neon branch' and 'neon tag' list.");
    }

    private static byte[] readOrEmpty(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException none) {
            return new byte[0];
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }
}
