package dev.neon.compute.proxy;

import dev.neon.compute.binaries.PostgresBinaries;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A session by the libpq of the embedded PostgreSQL, which comes without psql. */
final class Libpq implements AutoCloseable {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final MemoryLayout POINTER = ValueLayout.ADDRESS;

    private final Arena arena = Arena.ofConfined();
    private final SymbolLookup library;
    private final MemorySegment connection;

    private Libpq(Path library, String conninfo) {
        this.library = SymbolLookup.libraryLookup(library, Arena.global());
        this.connection = (MemorySegment) call("PQconnectdb", POINTER, conninfo);
    }

    /** Where it is, in the place of this platform. */
    static Optional<Path> library(PostgresBinaries binaries) throws IOException {
        Path directory = binaries.binDir().resolveSibling("lib");
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches("libpq\\.(so\\.5|5\\.dylib)")).findFirst();
        }
    }

    static Libpq connect(Path library, String conninfo) {
        return new Libpq(library, conninfo);
    }

    /** Empty if it is connected. */
    String failure() {
        return (int) call("PQstatus", INT, connection) == 0 ? "" : text(call("PQerrorMessage", POINTER, connection));
    }

    /** What TLS has agreed on: {@code protocol}, {@code alpn}. */
    String attribute(String name) {
        return text(call("PQsslAttribute", POINTER, connection, name));
    }

    /** The first column of the first row, or the failure. */
    String ask(String sql) {
        Object result = call("PQexec", POINTER, connection, sql);
        try {
            return (int) call("PQntuples", INT, result) > 0 ? text(call("PQgetvalue", POINTER, result, 0, 0))
                    : text(call("PQresultErrorMessage", POINTER, result));
        } finally {
            call("PQclear", null, result);
        }
    }

    /** Sends a query whose answer {@link #await} gives. */
    void send(String sql) {
        call("PQsendQuery", INT, connection, sql);
    }

    /** The failure of the query that was sent. */
    String await() {
        Object result = call("PQgetResult", POINTER, connection);
        return text(call("PQresultErrorMessage", POINTER, result));
    }

    /** Asks the server to cancel, behind TLS as the session is. @return empty if that was sent, else what is wrong */
    String cancel() {
        Object request = call("PQcancelCreate", POINTER, connection);
        try {
            return (int) call("PQcancelBlocking", INT, request) == 1 ? "" : text(call("PQcancelErrorMessage", POINTER, request));
        } finally {
            call("PQcancelFinish", null, request);
        }
    }

    @Override
    public void close() {
        call("PQfinish", null, connection);
        arena.close();
    }

    private static String text(Object pointer) {
        MemorySegment text = (MemorySegment) pointer;
        return text.equals(MemorySegment.NULL) ? "" : text.reinterpret(Long.MAX_VALUE).getString(0);
    }

    /** Calls a function with pointers, texts and numbers. @param result null for none */
    private Object call(String function, @Nullable MemoryLayout result, Object... arguments) {
        MemoryLayout[] layouts = new MemoryLayout[arguments.length];
        Object[] values = new Object[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            layouts[i] = arguments[i] instanceof Integer ? INT : POINTER;
            values[i] = arguments[i] instanceof String text ? arena.allocateFrom(text) : arguments[i];
        }
        FunctionDescriptor shape = result == null ? FunctionDescriptor.ofVoid(layouts) : FunctionDescriptor.of(result, layouts);
        try {
            Object answer = Linker.nativeLinker().downcallHandle(library.find(function).orElseThrow(), shape).invokeWithArguments(values);
            return answer == null ? MemorySegment.NULL : answer;
        } catch (Throwable failure) {
            throw new AssertionError(function, failure);
        }
    }
}
