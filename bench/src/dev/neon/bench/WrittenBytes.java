package dev.neon.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Adds up what {@code strace -f -y} saw a program write. */
final class WrittenBytes {
    /** "1234 write(5</path>, ...) = 17"; with -f a call may be split, then its end says "<... write resumed>". */
    private static final Pattern CALL = Pattern.compile("^(\\d+) +(\\w+)\\((\\d+)<([^>]*)>.*");
    private static final Pattern RESULT = Pattern.compile(".* = (\\d+)$");

    private WrittenBytes() {}

    static long below(Path directory, List<String> trace) {
        long bytes = 0;
        for (int i = 0; i < trace.size(); i++) {
            Matcher call = CALL.matcher(trace.get(i));
            if (call.matches() && Path.of(call.group(4)).startsWith(directory)) {
                bytes += result(trace, i, call.group(1));
            }
        }
        return bytes;
    }

    private static long result(List<String> trace, int at, String process) {
        for (int i = at; i < trace.size(); i++) {
            Matcher result = RESULT.matcher(trace.get(i));
            if (trace.get(i).startsWith(process + " ") && result.matches()) {
                return Long.parseLong(result.group(1));
            }
        }
        throw new IllegalStateException("a call without its end in the trace: " + trace.get(at));
    }
}
