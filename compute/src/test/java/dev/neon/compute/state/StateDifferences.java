package dev.neon.compute.state;

import dev.neon.page.Page;
import dev.neon.postgres.CheckPoint;
import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.RelationPath;
import dev.neon.repo.layer.ForkKey;
import dev.neon.state.ClusterMetadata;
import dev.neon.state.Slru;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What differs between the metadata of a server that has stopped and ours. Positions and times are the caller's.
 *
 * <p>A server makes some pages without a record: forks that are longer than ours by pages on which there is nothing count
 * as equal, unless {@code isExact}. In a recovered data directory there are none.
 */
final class StateDifferences {
    private final ClusterMetadata server;
    private final ClusterMetadata ours;
    private final Path data;
    private final List<String> found = new ArrayList<>();
    private int longer;

    private StateDifferences(ClusterMetadata server, Path data, ClusterMetadata ours) {
        this.server = server;
        this.data = data;
        this.ours = ours;
    }

    /** @param data the server's */
    static List<String> find(ClusterMetadata server, Path data, ClusterMetadata ours, boolean isExact)
            throws IOException {
        StateDifferences differences = new StateDifferences(server, data, ours);
        differences.compare("counters", counters(server.counters()), counters(ours.counters()));
        differences.compare("parameters", server.parameters(), ours.parameters());
        differences.compare("global map", hex(server.globalMap()), hex(ours.globalMap()));
        differences.compare("databases", databases(server), databases(ours));
        differences.compare("tablespaces", server.tablespaces(), ours.tablespaces());
        differences.compare("two-phase files", hex(server.twoPhase()), hex(ours.twoPhase()));
        differences.compare("origins", server.origins(), ours.origins());
        for (Slru slru : Slru.values()) {
            differences.compare(slru.directory(), server.ranges(slru.fork()), ours.ranges(slru.fork()));
        }
        differences.forks(isExact);
        return differences.found;
    }

    private void compare(String what, Object theirs, Object our) {
        if (!theirs.equals(our)) {
            found.add(what + ":\n    server " + theirs + "\n    neon   " + our);
        }
    }

    private static String counters(CheckPoint all) {
        return all.toString();
    }

    private static SortedMap<String, String> databases(ClusterMetadata metadata) {
        SortedMap<String, String> texts = new TreeMap<>();
        metadata.databases().forEach((directory, files) ->
                texts.put(directory.path(metadata.major()), files.hasVersion() + " " + hex(files.map())));
        return texts;
    }

    private static SortedMap<Long, String> hex(SortedMap<Long, byte[]> files) {
        SortedMap<Long, String> texts = new TreeMap<>();
        files.forEach((xid, state) -> texts.put(xid, hex(state)));
        return texts;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private void forks(boolean isExact) throws IOException {
        TreeSet<ForkKey> all = new TreeSet<>(server.forks());
        all.addAll(ours.forks());
        for (ForkKey fork : all) {
            if (Slru.of(fork).isPresent()) {
                continue;
            }
            String name = RelationPath.of(server.major(), fork.relation(), ForkNumber.values()[fork.fork()]);
            if (ours.exists(fork) && !server.exists(fork)) {
                found.add(name + ": the server has no such fork, neon " + ours.blocks(fork) + " blocks");
            } else if (isExact ? !ours.exists(fork) || server.blocks(fork) != ours.blocks(fork)
                    : server.blocks(fork) < ours.blocks(fork) || !isEmpty(fork, name)) {
                found.add(name + ": server " + server.blocks(fork) + " blocks, neon "
                        + (ours.exists(fork) ? ours.blocks(fork) + " blocks" : "no such fork"));
            }
        }
    }

    /** Whether there is nothing on the server's blocks that we have not. */
    private boolean isEmpty(ForkKey fork, String name) throws IOException {
        for (int block = ours.blocks(fork); block < server.blocks(fork); block++) {
            longer++;
            byte[] page = new byte[Page.SIZE];
            try (RandomAccessFile file = new RandomAccessFile(data.resolve(name).toFile(), "r")) {
                file.seek((long) block * Page.SIZE);
                file.readFully(page);
            }
            // An empty page of a visibility map has a header.
            int from = fork.fork() == ForkNumber.VISIBILITYMAP.ordinal() ? Page.HEADER : 0;
            if (!Arrays.equals(page, from, Page.SIZE, new byte[Page.SIZE], from, Page.SIZE)) {
                return false;
            }
        }
        return true;
    }
}
