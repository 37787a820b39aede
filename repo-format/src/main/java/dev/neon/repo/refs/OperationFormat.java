package dev.neon.repo.refs;

import dev.neon.repo.Iso8601;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.files.Escape;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lines of the operation log, UTF-8: one for each changed ref, the lines of one operation together. Fields are
 * separated by tabs and {@link Escape escaped}; a value that is absent is {@code -}.
 * <pre>
 * id  time (ISO 8601)  who  command  ref  old value  new value
 * </pre>
 */
final class OperationFormat {
    private static final String ABSENT = "-";
    private static final int FIELDS = 7;

    private OperationFormat() {}

    static String format(Operation operation) {
        StringBuilder lines = new StringBuilder();
        for (RefChange change : operation.changes()) {
            lines.append(operation.id())
                    .append('\t').append(Iso8601.format(operation.time()))
                    .append('\t').append(Escape.escape(operation.who()))
                    .append('\t').append(Escape.escape(operation.command()))
                    .append('\t').append(change.ref())
                    .append('\t').append(change.oldValue().map(Escape::escape).orElse(ABSENT))
                    .append('\t').append(change.newValue().map(Escape::escape).orElse(ABSENT))
                    .append('\n');
        }
        return lines.toString();
    }

    /**
     * Reads operations, oldest first.
     *
     * @param file   where the lines come from, for errors
     * @param offset the byte at which they start in it
     * @param lines  whole lines; what follows the last newline is a torn write and is ignored
     */
    static List<Operation> parse(Path file, long offset, String lines) {
        List<Operation> operations = new ArrayList<>();
        long position = offset;
        int start = 0;
        for (int end = lines.indexOf('\n'); end >= 0; end = lines.indexOf('\n', start)) {
            String line = lines.substring(start, end);
            add(operations, parseLine(file, position, line));
            position += line.getBytes(StandardCharsets.UTF_8).length + 1L;
            start = end + 1;
        }
        return operations;
    }

    private static void add(List<Operation> operations, Operation next) {
        if (!operations.isEmpty() && operations.getLast().id().equals(next.id())) {
            Operation first = operations.removeLast();
            List<RefChange> changes = new ArrayList<>(first.changes());
            changes.addAll(next.changes());
            next = new Operation(first.id(), first.time(), first.who(), first.command(), changes);
        }
        operations.add(next);
    }

    private static Operation parseLine(Path file, long position, String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length == FIELDS) {
            try {
                return new Operation(fields[0], Iso8601.parse(fields[1]), Escape.unescape(fields[2]),
                        Escape.unescape(fields[3]),
                        List.of(new RefChange(new RefName(fields[4]), value(fields[5]), value(fields[6]))));
            } catch (InvalidInputException | DateTimeException damaged) {
                // Falls through to the one report of what was found.
            }
        }
        throw new CorruptFileException(file, position,
                FIELDS + " fields: id, time, who, command, ref, old and new value",
                "'" + Escape.escape(line) + "'", "Remove the line; the refs themselves do not depend on it.");
    }

    private static Optional<String> value(String field) {
        return field.equals(ABSENT) ? Optional.empty() : Optional.of(Escape.unescape(field));
    }
}
