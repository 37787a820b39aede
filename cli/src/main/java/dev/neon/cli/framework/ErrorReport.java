package dev.neon.cli.framework;

import dev.neon.cli.io.Output;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.PostgresFailedException;
import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** The one place where a failure becomes words and an exit code. */
final class ErrorReport {
    private static final String BUG_HINT =
            "This is a bug in neon. Please report it with the command and what NEON_DEBUG=1 adds to this message.";

    private final Output output;
    private final boolean debug;

    /**
     * @param debug whether to show stack traces
     */
    ErrorReport(Output output, boolean debug) {
        this.output = output;
        this.debug = debug;
    }

    ExitCode report(Throwable failure) {
        if (Thread.currentThread().isInterrupted() || failure instanceof InterruptedException) {
            output.note("interrupted");
            if (!output.isQuiet()) {
                output.hint("Nothing is broken: type the command again, or see with 'neon status' what was done.");
            }
            return ExitCode.INTERRUPTED;
        }
        return switch (failure) {
            case UsageException usage -> say(usage, "", usage.hint(), ExitCode.USAGE);
            case PostgresFailedException failed -> say(failed, failed.output(), failed.hint(), ExitCode.of(failed));
            case NeonException expected -> say(expected, "", expected.hint(), ExitCode.of(expected));
            case UncheckedIOException wrapped -> storage(wrapped.getCause());
            case IOException io -> storage(io);
            case InvalidPathException name -> say("'" + name.getInput() + "' cannot be the name of a file in the encoding "
                    + System.getProperty("sun.jnu.encoding") + ", which the locale sets", name, "",
                    Optional.of("Set LC_ALL to a locale with UTF-8, for example C.UTF-8."), ExitCode.STORAGE_FAILED);
            default -> say("internal error: " + failure, failure, "", Optional.of(BUG_HINT), ExitCode.INTERNAL);
        };
    }

    private ExitCode storage(IOException failure) {
        return say("the file system refused" + place(failure) + ": " + StorageFailedException.reason(failure),
                failure, "", advice(failure), ExitCode.STORAGE_FAILED);
    }

    private static Optional<String> advice(IOException failure) {
        return failure instanceof FileSystemException named && named.getFile() != null
                ? StorageFailedException.advice(Path.of(named.getFile()), failure) : Optional.empty();
    }

    private static String place(IOException failure) {
        return failure instanceof FileSystemException named && named.getFile() != null
                ? " '" + named.getFile() + "'" : "";
    }

    private ExitCode say(RuntimeException failure, String detail, Optional<String> hint, ExitCode code) {
        return say(String.valueOf(failure.getMessage()), failure, detail, hint, code);
    }

    private ExitCode say(String message, Throwable failure, String detail, Optional<String> hint, ExitCode code) {
        String trace = debug ? stackTrace(failure) : "";
        output.error(message, detail + trace, hint);
        return code;
    }

    private static String stackTrace(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace, true));
        return trace.toString();
    }
}
