package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.neon.ancestry.Tip;
import dev.neon.repo.Lsn;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.sync.Depth;
import dev.neon.sync.Fetch;
import dev.neon.sync.Inventory;
import dev.neon.sync.InventoryFormat;
import dev.neon.sync.Piece;
import dev.neon.sync.PieceSink;
import dev.neon.sync.PieceSource;
import dev.neon.sync.RefUpdate;
import dev.neon.sync.Remote;
import dev.neon.sync.RemoteRefs;
import dev.neon.sync.RepositoryEndpoint;
import dev.neon.sync.wire.WireServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody offers what makes no sense, in a push and as the answer to a fetch. */
class HostileInventoryTest {
    @TempDir
    static Path directory;

    private static SmallHistory history;
    private static String right;
    private static TimelineId main;
    private static TimelineId dev;
    private static RefTarget.Point tip;

    private FileSystem memory;

    @BeforeAll
    static void make() throws Exception {
        history = SmallHistory.make(directory);
        try (RepositoryEndpoint newer = newer()) {
            var refs = newer.refs(List.of()).refs();
            tip = refs.get(SmallHistory.MAIN);
            main = tip.timeline();
            dev = refs.get(SmallHistory.DEV).timeline();
            right = InventoryFormat.format(newer.inventory(refs.values().stream()
                    .map(point -> new Tip(point.timeline(), point.lsn())).distinct().toList(), Depth.ALL));
        }
    }

    @BeforeEach
    void open() {
        memory = Jimfs.newFileSystem(Configuration.unix());
    }

    @AfterEach
    void close() throws IOException {
        memory.close();
    }

    private static RepositoryEndpoint newer() {
        return Repositories.endpoint("newer", Repositories.open(history.newer()));
    }

    private Repository receiver(boolean isEmpty) {
        Path repository = memory.getPath("/work", "here" + System.nanoTime(), ".neon");
        if (isEmpty) {
            return Repositories.create(repository);
        }
        RemoteLab.copy(history.older(), repository);
        return Repositories.open(repository);
    }

    /** Whatever is asked for, as long as there is something of it. */
    private static PieceSource source() {
        return piece -> {
            try (RepositoryEndpoint newer = newer()) {
                return newer.source().open(piece);
            } catch (NeonException none) {
                return new InputStream() {
                    private long left = Math.min(piece.bytes(), 1 << 22);

                    @Override
                    public int read() {
                        return left-- > 0 ? 0 : -1;
                    }
                };
            }
        };
    }

    private static Map<RefName, RefTarget> names(Repository repository) {
        Map<RefName, RefTarget> names = new TreeMap<>();
        for (RefName.Kind kind : List.of(RefName.Kind.BRANCH, RefName.Kind.TAG, RefName.Kind.REMOTE_BRANCH, RefName.Kind.REMOTE_TAG)) {
            names.putAll(repository.refs().list(kind));
        }
        return names;
    }

    private void requireUnharmed(Repository repository, Map<RefName, RefTarget> before, String what) throws IOException {
        assertEquals(before, names(repository), what);
        try (Stream<Path> roots = Files.list(memory.getPath("/")); Stream<Path> work = Files.list(repository.directory().getParent())) {
            assertEquals(List.of(memory.getPath("/work")), roots.toList(), what);
            assertEquals(List.of(repository.directory()), work.toList(), what);
        }
        try {
            Repositories.requireSound(repository);
        } catch (AssertionError unsound) {
            throw new AssertionError(what + ": " + unsound.getMessage(), unsound);
        }
    }

    /** Refused at the latest when refs are to change, in a repository that has the beginning and in one that has nothing. */
    private void refused(String what, UnaryOperator<String> change) throws IOException {
        String changed = change.apply(right);
        assertFalse(changed.equals(right), "nothing was changed: " + what);
        for (boolean isEmpty : new boolean[] {false, true}) {
            pushed(what, changed, receiver(isEmpty));
            fetched(what, changed, receiver(isEmpty));
        }
    }

    /** As {@link #refused}, where nothing is there: else it would not be asked for. */
    private void refusedIfLacking(String what, UnaryOperator<String> change) throws IOException {
        String changed = change.apply(right);
        assertFalse(changed.equals(right), "nothing was changed: " + what);
        pushed(what, changed, receiver(true));
        fetched(what, changed, receiver(true));
    }

    private void pushed(String what, String inventory, Repository receiver) throws IOException {
        Map<RefName, RefTarget> before = names(receiver);
        RepositoryId from = RepositoryId.random();
        try (RepositoryEndpoint endpoint = Repositories.endpoint("there", receiver)) {
            List<Piece> pieces = endpoint.offer(from, InventoryFormat.parse(inventory));
            endpoint.put(from, pieces, source());
            List<RefUpdate.Outcome> outcomes = endpoint.update(from, List.of(new RefUpdate(RefName.branch("pushed"), Optional.empty(),
                    Optional.of(tip), true)), true);
            assertTrue(outcomes.stream().allMatch(outcome -> outcome.refusal().isPresent()), what + " was accepted");
        } catch (NeonException refused) {
            assertTrue(refused.getMessage() != null);
        } catch (RuntimeException bug) {
            throw new AssertionError(what + ", pushed: " + bug, bug);
        }
        requireUnharmed(receiver, before, what);
    }

    private void fetched(String what, String inventory, Repository receiver) throws IOException {
        Map<RefName, RefTarget> before = names(receiver);
        try (Remote remote = new Told(newer(), inventory)) {
            Repositories.fetch(receiver).run(remote, "hostile", Fetch.Request.ALL);
            throw new AssertionError(what + " was fetched");
        } catch (NeonException refused) {
            assertTrue(refused.getMessage() != null);
        } catch (RuntimeException bug) {
            throw new AssertionError(what + ", fetched: " + bug, bug);
        }
        requireUnharmed(receiver, before, what);
    }

    /** Tells a given inventory whatever it is asked for. */
    private record Told(RepositoryEndpoint there, String inventory) implements Remote {
        @Override
        public String name() {
            return "told";
        }

        @Override
        public RemoteRefs refs(List<String> prefixes) {
            return there.refs(prefixes);
        }

        @Override
        public Inventory inventory(List<Tip> tips, Depth depth) {
            return InventoryFormat.parse(inventory);
        }

        @Override
        public void get(List<Piece> pieces, PieceSink sink) {
            for (Piece piece : pieces) {
                try (InputStream in = source().open(piece)) {
                    for (long at = 0; at < piece.bytes(); ) {
                        byte[] some = in.readNBytes((int) Math.min(1 << 20, piece.bytes() - at));
                        if (some.length == 0) {
                            return;
                        }
                        sink.append(piece, at, ByteBuffer.wrap(some));
                        at += some.length;
                    }
                } catch (IOException failure) {
                    throw new AssertionError(failure);
                }
            }
        }

        @Override
        public List<Piece> offer(RepositoryId from, Inventory offered) {
            throw new AssertionError();
        }

        @Override
        public void put(RepositoryId from, List<Piece> pieces, PieceSource source) {
            throw new AssertionError();
        }

        @Override
        public List<RefUpdate.Outcome> update(RepositoryId from, List<RefUpdate> updates, boolean isAtomic) {
            throw new AssertionError();
        }

        @Override
        public void close() {
            there.close();
        }
    }

    @Test
    void paths() throws IOException {
        for (String path : List.of("../../../etc/x", "/etc/x", "settings/../../../config", "snapshots/00000000008799E0/../../history", "history",
                "wal/000000010000000000000008", "snapshots/00000000008799E0/.hidden", "snapshots/00000000008799E0/a//b", "snapshots/x/manifest",
                "snapshots/00000000008799E0/" + "x".repeat(300), "settings/a/b", "settings/", "wal/../history", "wal/0000000A.history/..",
                "snapshots/00000000008799E0/a\\..\\b", "snapshots/00000000008799E0/a\u0000b", "config")) {
            refused("file " + path, text -> text.replaceFirst("wal ", "file 1 00000000 " + path.replace("\\", "\\\\") + "\nwal "));
            refused("directory " + path, text -> text.replaceFirst("wal ", "directory " + path.replace("\\", "\\\\") + "\nwal "));
        }
    }

    @Test
    void filesThatAreDirectories() throws IOException {
        refused("a snapshot that is a file", text -> text.replaceFirst("wal ", "file 1 - snapshots/00000000008799F0\nwal "));
        refusedIfLacking("below a file", text -> text.replaceFirst("wal ", "file 1 - snapshots/00000000008799E0/layer-0001/x\nwal "));
        refusedIfLacking("a file twice", text -> text.replaceFirst("(file [^\n]*layer-0001\n)", "$1$1"));
        refusedIfLacking("another file twice", text -> text.replaceFirst("(file [^\n]*pg_hba.conf\n)", "$1$1"));
        refusedIfLacking("a directory that is a file", text -> text.replaceFirst("wal ", "directory snapshots/00000000008799E0/layer-0001\nwal "));
    }

    @Test
    void sizes() throws IOException {
        refusedIfLacking("an exabyte", text -> text.replaceFirst("file [0-9]+ ([0-9a-f]+ snapshots/[0-9A-F]+/layer-0001)", "file 1152921504606846976 $1"));
        refusedIfLacking("an exabyte of settings", text -> text.replaceFirst("file [0-9]+ ([0-9a-f]+ settings/pg_hba)", "file 1152921504606846976 $1"));
        refused("less than nothing", text -> text.replaceFirst("file [0-9]+", "file -1"));
        refused("too large a number", text -> text.replaceFirst("file [0-9]+", "file 9223372036854775808"));
        refusedIfLacking("one byte less", text -> text.replaceFirst("file [0-9]+ ([0-9a-f]+ snapshots/[0-9A-F]+/layer-0001)", "file 1 $1"));
        refused("an exabyte of WAL", text -> text.replace(" " + tip.lsn() + "\n", " 10000000/0\n"));
        refused("all WAL that can be", text -> text.replace(" " + tip.lsn() + "\n", " FFFFFFFF/FFFFFFFF\n"));
        refused("half of all WAL that can be", text -> text.replace(" " + tip.lsn() + "\n", " 7FFFFFFF/FFFFFFFF\n"));
        for (String size : List.of("0", "1", "-1", "3", "1048575", "2147483648", "524288", "2097152")) {
            refused("segments of " + size, text -> text.replace("segment-size: 1048576", "segment-size: " + size));
        }
    }

    @Test
    void histories() throws IOException {
        refused("another cluster", text -> text.replaceAll("system-identifier: [0-9]+", "system-identifier: 42"));
        refused("another cluster on one timeline", text -> text.replaceFirst("system-identifier: [0-9]+", "system-identifier: 42"));
        refused("no cluster", text -> text.replaceAll("system-identifier: [0-9]+\\\\n", ""));
        refused("no ancestor", text -> text.substring(0, text.indexOf("timeline")) + text.substring(text.indexOf("timeline " + dev)));
        refused("no history", text -> text.replaceAll("history [^\n]*\n", ""));
        refused("no timelines", text -> text.substring(0, text.indexOf("timeline")));
        refused("no tips, nor timelines", text -> "");
        refused("its own ancestor", text -> text.replaceAll("\\\\n" + main + "\\\\t", "\\\\\\\\n" + dev + "\\\\\\\\t"));
        refused("twice its ancestor", text -> text.replaceAll("(\\\\n" + main + "\\\\t[^\n]*)", "$1" + main + "\\\\\\\\t0/8799E0\\\\\\\\ttwice\\\\\\\\n"));
        refused("a fork behind the end", text -> text.replaceAll("(\\\\n" + main + "\\\\t)[0-9A-F/]+", "$1" + "1/0"));
        refused("a fork in the middle of a record", text -> text.replaceAll("(\\\\n" + main + "\\\\t)[0-9A-F/]+", "$1" + "0/8799E1"));
        refused("descendants first", text -> {
            int first = text.indexOf("timeline");
            int second = text.indexOf("timeline " + dev);
            return text.substring(0, first) + text.substring(second) + text.substring(first, second);
        });
        refused("twice", text -> text + text.substring(text.indexOf("timeline " + dev)));
    }

    @Test
    void wal() throws IOException {
        String run = "wal 0/800000 " + tip.lsn();
        assertTrue(right.contains(run), right);
        refused("no WAL", text -> text.replaceAll("wal [^\n]*\n", ""));
        refused("overlapping runs", text -> text.replace(run, "wal 0/800000 0/900000\nwal 0/880000 " + tip.lsn()));
        refused("runs backwards", text -> text.replace(run, "wal 0/900000 " + tip.lsn() + "\nwal 0/800000 0/900000"));
        refused("an empty run", text -> text.replace(run, run + "\nwal " + tip.lsn() + " " + tip.lsn()));
        refused("a gap of a segment", text -> text.replace(run, "wal 0/800000 0/900000\nwal 0/A00000 " + tip.lsn()));
        refused("none of the segment in which this one's ends", text -> text.replace(run, "wal 0/900000 " + tip.lsn()));
        refused("not from a segment's start", text -> text.replace(run, "wal 0/800000 0/900000\nwal 0/900100 " + tip.lsn()));
        refused("a gap in a segment", text -> text.replace(run, "wal 0/800000 0/8A0000\nwal 0/8B0000 " + tip.lsn()));
        refused("not up to the tip", text -> text.replace(run, "wal 0/800000 " + tip.lsn().plus(-64)));
        refused("not up to a record's end", text -> text.replace(" " + tip.lsn() + "\n", " " + tip.lsn().plus(-1) + "\n"));
        refused("behind the end", text -> text.replace(run, "wal 0/800000 " + tip.lsn().plus(64)));
        refused("zeros behind the end", text -> text.replace(" " + tip.lsn() + "\n", " " + tip.lsn().plus(8192) + "\n"));
    }

    @Test
    void snapshots() throws IOException {
        refusedIfLacking("a manifest that names other files", text -> text.replace("layer-0001", "layer-0009"));
        refusedIfLacking("a snapshot elsewhere", text -> text.replace("snapshots/00000000008799E0", "snapshots/00000000008799E8"));
        refusedIfLacking("no manifest", text -> text.replaceAll("file [^\n]*/manifest\n", ""));
        refusedIfLacking("an empty snapshot", text -> text.replaceAll("file [^\n]*snapshots/[^\n]*\n", "").replaceFirst("wal ",
                "directory snapshots/00000000008799E0\nwal "));
        refusedIfLacking("no snapshot", text -> text.replaceAll("file [^\n]*snapshots/[^\n]*\n", ""));
        refusedIfLacking("another checksum", text -> text.replaceFirst("[0-9a-f]{8} (snapshots/[0-9A-F]+/metadata)", "00000000 $1"));
    }

    /** Only pieces that were offered, and asked for, and only from where they end. */
    @Test
    void pieces() throws IOException {
        Repository receiver = receiver(false);
        Map<RefName, RefTarget> before = names(receiver);
        RepositoryId from = RepositoryId.random();
        try (RepositoryEndpoint endpoint = Repositories.endpoint("there", receiver)) {
            endpoint.offer(from, InventoryFormat.parse(right));
            for (Piece piece : List.of(new Piece.OfFile(main, "../../config", 0, 10), new Piece.OfFile(main, "history", 0, 10),
                    new Piece.OfFile(TimelineId.random(), "settings/pg_hba.conf", 0, 10), new Piece.OfFile(dev, "settings/pg_hba.conf", 5, 10),
                    new Piece.OfFile(dev, "settings/pg_hba.conf", 0, 1L << 60), new Piece.OfWal(main, new Lsn(0x800000), new Lsn(0xA00000)),
                    new Piece.OfWal(main, new Lsn(0x800000), new Lsn(0x800010)), new Piece.OfWal(main, new Lsn(-9), new Lsn(-1)),
                    new Piece.OfWal(dev, new Lsn(0x800010), new Lsn(0x800020)))) {
                try {
                    endpoint.put(from, List.of(piece), _ -> new ByteArrayInputStream(new byte[1 << 16]));
                    throw new AssertionError(piece + " was taken");
                } catch (NeonException refused) {
                    assertTrue(refused.getMessage() != null);
                }
            }
        }
        requireUnharmed(receiver, before, "pieces");
    }

    private static void push(Repository receiver, RepositoryId from, String inventory, PieceSource source) {
        try (RepositoryEndpoint endpoint = Repositories.endpoint("there", receiver)) {
            endpoint.put(from, endpoint.offer(from, InventoryFormat.parse(inventory)), source);
        }
    }

    private static List<RefUpdate.Outcome> update(Repository receiver, RepositoryId from) {
        try (RepositoryEndpoint endpoint = Repositories.endpoint("there", receiver)) {
            return endpoint.update(from, List.of(new RefUpdate(RefName.branch("pushed"), Optional.empty(), Optional.of(tip), true)), true);
        }
    }

    /** What an earlier try has left is taken in as far as it is wanted now, and else thrown away. */
    @Test
    void leftByEarlierTries() throws IOException {
        String run = "wal 0/800000 " + tip.lsn();
        Lsn later = tip.lsn().plus(3 << 20);
        Map<String, String> earlier = Map.of("a snapshot elsewhere", right.replace("snapshots/00000000008799E0", "snapshots/40000000008799E0"),
                "another snapshot", right.replace(run, "file 10 - snapshots/40000000008799E0/base/1\ndirectory snapshots/40000000008799E0/x\n" + run),
                "another file of a snapshot", right.replaceFirst("file ([^\n]*)/manifest\n", "file $1/manifest\nfile 10 - snapshots/00000000008799E0/more\n"),
                "more WAL", right.replace(run, "wal 0/800000 " + later).replace(main + " " + tip.lsn(), main + " " + later),
                "settings", right.replace(run, "file 10 - settings/more.conf\n" + run));
        for (boolean isEmpty : new boolean[] {false, true}) {
            for (Map.Entry<String, String> first : earlier.entrySet()) {
                Repository plain = receiver(isEmpty);
                RepositoryId from = RepositoryId.random();
                push(plain, from, right, source());
                assertTrue(update(plain, from).getFirst().refusal().isEmpty());
                Repository receiver = receiver(isEmpty);
                push(receiver, from, first.getValue(), source());
                push(receiver, from, right, source());
                assertTrue(update(receiver, from).getFirst().refusal().isEmpty(), first.getKey());
                assertEquals(pushedFiles(plain), pushedFiles(receiver), first.getKey());
                Repositories.requireSound(receiver);
            }
        }
    }

    /** But for those of the fork that is made for the ref. */
    private static Map<String, Integer> pushedFiles(Repository repository) {
        Map<String, Integer> files = Repositories.timelines(repository.directory());
        files.keySet().removeIf(name -> !name.startsWith(main.hex()) && !name.startsWith(dev.hex()));
        return files;
    }

    /** The segment in which the own WAL ends is replaced as a whole. */
    @Test
    void otherWalBeforeTheOwnEnd() throws IOException {
        Repository receiver = receiver(false);
        Map<RefName, RefTarget> before = names(receiver);
        RepositoryId from = RepositoryId.random();
        push(receiver, from, right, source());
        Path segment = receiver.directory().resolve("incoming").resolve(from.hex()).resolve(main.hex()).resolve("wal/000000010000000000000008");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[100] ^= 1;
        Files.write(segment, bytes);
        assertThrows(ConflictException.class, () -> update(receiver, from));
        requireUnharmed(receiver, before, "other WAL");
    }

    /** Two connections of one sender: what was verified on one is not what the other may give. */
    @Test
    void twoAtATime() throws Exception {
        Repository receiver = receiver(false);
        RepositoryId from = RepositoryId.random();
        Map<RefName, RefTarget> before = names(receiver);
        java.util.concurrent.atomic.AtomicBoolean isOver = new java.util.concurrent.atomic.AtomicBoolean();
        String shorter = right.replace("wal 0/800000 " + tip.lsn(), "wal 0/800000 0/8A0000").replace(main + " " + tip.lsn(), main + " 0/8A0000");
        Thread other = Thread.ofPlatform().start(() -> {
            while (!isOver.get()) {
                try (RepositoryEndpoint endpoint = Repositories.endpoint("there", receiver)) {
                    endpoint.put(from, endpoint.offer(from, InventoryFormat.parse(shorter)), _ -> new ByteArrayInputStream(new byte[1 << 20]));
                } catch (NeonException refused) {
                    Thread.yield();
                }
            }
        });
        for (int i = 0; i < 30; i++) {
            try (RepositoryEndpoint endpoint = Repositories.endpoint("there", receiver)) {
                endpoint.put(from, endpoint.offer(from, InventoryFormat.parse(right)), source());
                endpoint.update(from, List.of(new RefUpdate(RefName.branch("pushed"), Optional.empty(), Optional.of(tip), true)), true);
            } catch (NeonException refused) {
                assertTrue(refused.getMessage() != null);
            }
        }
        isOver.set(true);
        other.join();
        before.forEach((name, target) -> assertEquals(target, names(receiver).get(name)));
        Repositories.requireSound(receiver);
    }

    /** A chunk says how long it is: what it is decompressed to has no more. */
    @Test
    void bombs() throws IOException {
        Repository receiver = receiver(true);
        RepositoryId from = RepositoryId.random();
        byte[] bomb = Zstd.compress(new byte[1 << 28]);
        assertTrue(bomb.length < 1 << 20);
        try (RepositoryEndpoint endpoint = Repositories.endpoint("there", receiver)) {
            endpoint.offer(from, InventoryFormat.parse(right));
            for (int bytes : new int[] {1 << 20, bomb.length + 1, bomb.length, 1 << 28, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                DataOutputStream data = new DataOutputStream(body);
                byte[] piece = ("wal " + main + " 0/800000 0/900000").getBytes(StandardCharsets.UTF_8);
                data.writeShort(piece.length);
                data.write(piece);
                data.writeInt(bytes);
                data.writeInt(bomb.length);
                CRC32C checksum = new CRC32C();
                checksum.update(new byte[1 << 20]);
                data.writeInt((int) checksum.getValue());
                data.write(bomb);
                data.writeInt(0);
                data.writeShort(0);
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                new WireServer(endpoint, EnumSet.allOf(WireServer.Verb.class)).answer(new ByteArrayInputStream(request(from, body.toByteArray())), out);
                String said = out.toString(StandardCharsets.UTF_8);
                assertTrue(said.contains("\u0003invalid"), said);
                assertFalse(said.contains("internal error"), said);
            }
        }
    }

    private static byte[] request(RepositoryId from, byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<byte[]> packets = new ArrayList<>(List.of("neon 1 put\n".getBytes(StandardCharsets.UTF_8),
                ("from " + from + "\n").getBytes(StandardCharsets.UTF_8), new byte[0]));
        for (int at = 0; at < body.length; at += 60_000) {
            byte[] part = Arrays.copyOfRange(body, at, Math.min(body.length, at + 60_000));
            byte[] packet = new byte[part.length + 1];
            packet[0] = 1;
            System.arraycopy(part, 0, packet, 1, part.length);
            packets.add(packet);
        }
        packets.add(new byte[0]);
        packets.forEach(packet -> {
            out.writeBytes(String.format("%04x", packet.length == 0 ? 0 : packet.length + 4).getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(packet);
        });
        return out.toByteArray();
    }
}
