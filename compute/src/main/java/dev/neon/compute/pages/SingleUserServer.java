package dev.neon.compute.pages;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.instance.PostgresSource;
import dev.neon.compute.instance.ServerFiles;
import dev.neon.compute.process.ProgramRun;
import dev.neon.compute.process.ServerUser;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.error.PostgresFailedException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.snapshot.DataDirectoryFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL on a data directory that will be thrown away: it has neither a port nor background processes, and nobody
 * can connect to it ({@code REL_17 postgres.c PostgresSingleUserMain}). It is given one statement after the other. Used by one
 * thread; to be closed.
 */
public final class SingleUserServer implements AutoCloseable {
    /** With these, values look alike whatever the cluster's settings are. */
    private static final List<String> SETTINGS = List.of("exit_on_error=on", "log_min_messages=fatal",
            "log_min_error_statement=panic", "log_line_prefix=", "log_checkpoints=off", "fsync=off", "full_page_writes=off",
            "allow_system_table_mods=on", "lock_timeout=10s", "row_security=off", "search_path=", "DateStyle=ISO", "IntervalStyle=postgres",
            "TimeZone=UTC", "bytea_output=hex", "extra_float_digits=1", "max_parallel_workers_per_gather=0", "work_mem=64MB",
            "jit=off");
    private static final String HINT = "'neon start --read-only' at the same point shows the table in the whole cluster.";
    /** What it prints when it waits for a statement. */
    private static final byte[] PROMPT = "backend> ".getBytes(StandardCharsets.US_ASCII);
    private static final byte ROW = 'r';
    private static final int LAST_LINES = 20;
    private static final int BUFFER = 1 << 16;

    private final Process process;
    private final OutputStream statements;
    private final InputStream output;
    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
    private final Thread messageReader;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;

    private SingleUserServer(Process process) {
        this.process = process;
        this.statements = process.getOutputStream();
        this.output = process.getInputStream();
        // A virtual thread would cost a short command the start of a scheduler.
        this.messageReader = Thread.ofPlatform().daemon().start(this::readMessages);
    }

    /**
     * Starts one.
     *
     * @param scratch       where the data directory is; given to the user that PostgreSQL runs as
     * @param dataDirectory of a server that stopped, or crashed
     * @throws PostgresFailedException if it does not start
     */
    public static SingleUserServer start(PostgresSource postgres, Path scratch, Path dataDirectory, String database) {
        return start(command(postgres, scratch, dataDirectory, database));
    }

    private static List<String> command(PostgresSource postgres, Path scratch, Path dataDirectory, String database) {
        ControlFile control = ControlFile.read(dataDirectory.resolve(DataDirectoryFiles.CONTROL_FILE));
        PostgresBinaries binaries = postgres.find(control.major().number(), Optional.empty());
        Path configuration = dataDirectory.resolve("postgresql.conf");
        try {
            if (!Files.exists(configuration)) {
                Files.createFile(configuration);
            }
        } catch (IOException e) {
            throw new StorageFailedException("make", configuration, e);
        }
        ServerUser user = ServerUser.current();
        user.requireReach(binaries.binDir());
        user.own(scratch);
        // Each statement ends with a semicolon and an empty line (-j).
        List<String> command = new ArrayList<>(List.of(binaries.program("postgres").toString(), "--single", "-j"));
        command.addAll(ServerFiles.standaloneArguments(dataDirectory));
        for (String setting : SETTINGS) {
            command.addAll(List.of("-c", setting));
        }
        command.addAll(List.of("-c", "max_prepared_transactions=" + control.parameters().maxPreparedTransactions()));
        command.add(database);
        return user.wrap(command);
    }

    private static SingleUserServer start(List<String> command) {
        SingleUserServer server = new SingleUserServer(ProgramRun.start(command));
        try {
            if (server.nextRow().isPresent()) {
                throw new IllegalStateException("a row before the first statement");
            }
            return server;
        } catch (RuntimeException failure) {
            server.close();
            throw failure;
        }
    }

    private void readMessages() {
        try (InputStream errors = process.getErrorStream()) {
            byte[] piece = new byte[BUFFER];
            for (int n = errors.read(piece); n >= 0; n = errors.read(piece)) {
                messages.write(piece, 0, n);
            }
        } catch (IOException closed) {
            // Killed: what came until then is what there is.
        }
    }

    /**
     * Runs a statement that has no rows.
     *
     * @throws PostgresFailedException if it fails; the server is gone then
     */
    public void run(String statement) {
        begin(statement);
        while (nextRow().isPresent()) {
            // COPY alone has rows that begin as those do.
        }
    }

    /**
     * Begins a query, whose rows {@link #nextRow} then gives.
     *
     * @param query its first column is the constant {@code 'r'}
     */
    public void query(String query) {
        begin("COPY (" + query + ") TO STDOUT");
    }

    private void begin(String statement) {
        try {
            statements.write((statement + ";\n\n").getBytes(StandardCharsets.UTF_8));
            statements.flush();
        } catch (IOException gone) {
            throw failed();
        }
    }

    /**
     * The next row of the query, in the text form of COPY, in the database's encoding, without the first column.
     *
     * @return empty at its end
     * @throws PostgresFailedException if the query fails; the server is gone then
     */
    public Optional<byte[]> nextRow() {
        while (true) {
            require();
            if (buffer[at] == PROMPT[0]) {
                for (int i = 0; i < PROMPT.length; i++) {
                    require();
                    at++;
                }
                return Optional.empty();
            }
            boolean isRow = buffer[at] == ROW;
            byte[] line = line();
            if (isRow) {
                return Optional.of(line);
            }
        }
    }

    /** The rest of the line, less the first two bytes and the line's end. */
    private byte[] line() {
        ByteArrayOutputStream line = new ByteArrayOutputStream(0);
        while (true) {
            for (int i = at; i < end; i++) {
                if (buffer[i] == '\n') {
                    line.write(buffer, at, i - at);
                    at = i + 1;
                    byte[] whole = line.toByteArray();
                    return whole.length < 2 ? new byte[0] : Arrays.copyOfRange(whole, 2, whole.length);
                }
            }
            line.write(buffer, at, end - at);
            at = end;
            require();
        }
    }

    /** Has at least a byte in the buffer. Waits such that it can be interrupted, which reading cannot. */
    private void require() {
        if (at < end) {
            return;
        }
        try {
            while (output.available() == 0 && process.isAlive()) {
                TimeUnit.MICROSECONDS.sleep(200);
            }
            end = output.read(buffer);
            at = 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresFailedException("PostgreSQL was interrupted", text(), HINT);
        } catch (IOException gone) {
            end = -1;
        }
        if (end < 0) {
            end = 0;
            throw failed();
        }
    }

    private PostgresFailedException failed() {
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            messageReader.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new PostgresFailedException("PostgreSQL, as a single-user server, failed", text(), HINT);
    }

    private String text() {
        List<String> lines = messages.toString(StandardCharsets.UTF_8).lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    /**
     * Finds out beforehand what has to be found out once in a process, so that a command can do something else meanwhile: as
     * whom a server runs.
     */
    public static void prepare() {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                ServerUser.current();
            } catch (RuntimeException later) {
                // It is told when a server is to start.
            }
        });
    }

    /** Tells it to end, and does not wait; {@link #close} does. */
    public void stop() {
        process.destroy();
    }

    /** Ends it: orderly, as a killed one would leave a shared memory segment behind. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            if (process.isAlive()) {
                // Whatever it is at; SIGTERM lets it clean up.
                process.destroy();
            }
            statements.close();
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (IOException gone) {
            // It ended before.
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            process.destroyForcibly();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
