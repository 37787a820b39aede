package dev.neon.compute.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.TimelineId;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file says, and what PostgreSQL makes of it. */
class HostBasedAccessTest {
    private static final List<String> DATABASES = List.of("all", "postgres", "other", "replication", "postgres,other", "sameuser");
    private static final List<String> USERS = List.of("all", "anna", "ben", "anna,ben", "+readers", "postgres");
    private static final List<String> METHODS = List.of("trust", "trust", "reject", "scram-sha-256", "md5", "password");
    private static final List<String> ADDRESSES = List.of("127.0.0.1/32", "127.0.0.0/8", "0.0.0.0/0", "all", "samehost", "samenet", "::1/128", "10.0.0.0/8",
            "127.0.0.1 255.255.255.255", "126.0.0.0 254.0.0.0", "128.0.0.0/1", "localhost", "::/0", "127.0.0.1/31");

    @ParameterizedTest
    @ValueSource(strings = {
        "local all all trust\nhost all all 127.0.0.1/32 trust",
        "host all all 0.0.0.0 0.0.0.0 md5 # not trust\n\n  local\tall  all\tmd5\r\nhostssl all all all cert\nhost all all ::/0 reject",
        "hostnossl all +staff samehost scram-sha-256\nlocal all +staff scram-sha-256\nhostgssenc all all all gss",
        "host all all 10.0.0.0/8 ldap ldapserver=x",
        ""})
    void same(String file) {
        assertTrue(HostBasedAccess.isSameOverSocket(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "local all all peer\nhost all all 127.0.0.1/32 scram-sha-256",
        "local all all peer\nhost all all 127.0.0.1/32 peer",
        "local all all trust",
        "host all all all trust",
        "local all all trust\nhost all all 127.0.0.1/32 md5",
        "local all anna trust\nlocal all all reject\nhost all all 127.0.0.1/32 reject\nhost all anna 127.0.0.1/32 trust",
        "local all all trust\nhost all all 127.0.0.1/33 trust",
        "local all all trust\nhost all all localhost trust",
        "local all all trust\nhost all all 10.0.0.0/8 trust",
        "local all all trust\nhost all all 127.0.0.1 trust",
        "include others\nlocal all all trust\nhost all all all trust",
        "local all @file trust\nhost all @file all trust",
        "local all \"a b\" trust\nhost all \"a b\" all trust",
        "local all a, b trust\nhost all a, b all trust",
        "local all all \\\n trust\nhost all all all \\\n trust",
        "local all all trust\n#\rlocal all all md5\n#\rhost all all all trust\nhost all all all md5",
        "local all all trust\nhost all all ::ffff:127.0.0.1/32 trust",
        "local all all\nhost all all all"})
    void differentOrNotClear(String file) {
        assertFalse(HostBasedAccess.isSameOverSocket(file));
    }

    @Test
    void aFileThatMayBeAnotherByNowIsNotJudged(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("pg_hba.conf");
        Files.writeString(file, "local all all trust\nhost all all all trust\n");
        Instant touched = ((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant();
        assertTrue(HostBasedAccess.isSameOverSocket(started(touched.plusMillis(1), directory), directory));
        assertFalse(HostBasedAccess.isSameOverSocket(started(touched, directory), directory));
        Path elsewhere = Files.move(file, directory.resolve("elsewhere"));
        Instance later = started(Instant.now().plusSeconds(1), directory);
        assertFalse(HostBasedAccess.isSameOverSocket(later, directory));
        Instant moved = ((FileTime) Files.getAttribute(elsewhere, "unix:ctime")).toInstant();
        Thread.sleep(20);
        Files.createSymbolicLink(file, elsewhere);
        assertTrue(HostBasedAccess.isSameOverSocket(later, directory));
        // The file was there, the link to it was not.
        assertFalse(HostBasedAccess.isSameOverSocket(started(moved.plusMillis(1), directory), directory));
        Files.delete(file);
        Files.createSymbolicLink(file, Files.createSymbolicLink(directory.resolve("another"), elsewhere));
        assertFalse(HostBasedAccess.isSameOverSocket(later, directory));
        Files.delete(file);
        Files.move(elsewhere, file);
        assertTrue(HostBasedAccess.isSameOverSocket(started(Instant.now().plusSeconds(1), directory), directory));
    }

    private static Instance started(Instant time, Path sockets) {
        return new Instance(TimelineId.random(), "main", 4711, "", time, 5433, "127.0.0.1", sockets, false, List.of(), Optional.empty(), "");
    }

    /** Random files: where both ways are said to be the same, PostgreSQL asks the same of each user and database. */
    @Test
    void asPostgresDoes(@TempDir Path directory) throws Exception {
        long seed = Long.getLong("neon.test.seed", System.nanoTime());
        System.out.println("HostBasedAccessTest, seed " + seed);
        Random random = new Random(seed);
        try (TestWorkspace neon = TestWorkspace.init(directory, 18)) {
            Instance server = neon.start("main");
            neon.execute("main", "CREATE ROLE readers", "CREATE ROLE anna LOGIN IN ROLE readers PASSWORD 'a'", "CREATE ROLE ben LOGIN", "CREATE DATABASE other");
            Path file = neon.workspace().repository().dataDirectory(server.timeline()).resolve("pg_hba.conf");
            int same = 0;
            int others = 0;
            try (Connection connection = TestWorkspace.connect(server); Statement admin = connection.createStatement()) {
                for (int i = 0; i < 120 || same < 20 || others < 20; i++) {
                    String text = file(random);
                    if (!HostBasedAccess.isSameOverSocket(text)) {
                        others++;
                        continue;
                    }
                    same++;
                    load(server, file, text, "mark" + i, admin);
                    for (String user : List.of("anna", "ben", "postgres")) {
                        for (String database : List.of("postgres", "other", "anna")) {
                            assertEquals(answer(new InetSocketAddress("127.0.0.1", server.port()), user, database),
                                    answer(UnixDomainSocketAddress.of(server.socket()), user, database), () -> user + ' ' + database + '\n' + text);
                        }
                    }
                }
            }
        }
    }

    /** Mostly the same rules for both, with something changed now and then. */
    private static String file(Random random) {
        List<String> local = new ArrayList<>();
        List<String> host = new ArrayList<>();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            String who = any(DATABASES, random) + ' ' + any(USERS, random) + ' ';
            String method = any(METHODS, random);
            local.add("local " + who + method);
            host.add((random.nextInt(9) == 0 ? "hostnossl " : "host ") + who + any(ADDRESSES.subList(0, random.nextInt(4) == 0 ? ADDRESSES.size() : 6), random) + ' '
                    + (random.nextInt(12) == 0 ? any(METHODS, random) : method));
        }
        List<String> lines = new ArrayList<>();
        while (!local.isEmpty() || !host.isEmpty()) {
            List<String> from = host.isEmpty() || !local.isEmpty() && random.nextBoolean() ? local : host;
            lines.add(from.removeFirst() + (random.nextInt(5) == 0 ? " # why" : ""));
        }
        return String.join("\n", lines) + '\n';
    }

    private static String any(List<String> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }

    /** Waits until the server answers by the new file: by its first line it turns a user away whom nobody else names. */
    private static void load(Instance server, Path file, String text, String mark, Statement admin) throws Exception {
        Files.writeString(file, "host all " + mark + " all password\n" + text);
        admin.execute("SELECT pg_reload_conf()");
        for (int i = 0; !answer(new InetSocketAddress("127.0.0.1", server.port()), mark, "postgres").equals("R3"); i++) {
            assertTrue(i < 500, () -> "the file is not read:\n" + text);
            Thread.sleep(10);
        }
    }

    /** The first thing that the server says: which authentication it wants, or the SQLSTATE. */
    private static String answer(SocketAddress address, String user, String database) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String text : List.of("user", user, "database", database, "")) {
            body.writeBytes((text + '\0').getBytes(StandardCharsets.UTF_8));
        }
        try (SocketChannel channel = SocketChannel.open(address)) {
            channel.write(ByteBuffer.allocate(8 + body.size()).putInt(8 + body.size()).putInt(3 << 16).put(body.toByteArray()).flip());
            DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
            char type = (char) in.readUnsignedByte();
            byte[] message = new byte[in.readInt() - 4];
            in.readFully(message);
            return type == 'R' ? "R" + ByteBuffer.wrap(message).getInt()
                    : type + new String(message, StandardCharsets.UTF_8).replaceFirst("(?s).*\0C([^\0]*)\0.*", "$1");
        }
    }
}
