package dev.neon.compute.state;

import dev.neon.page.Page;
import dev.neon.state.BlockRange;
import dev.neon.state.ClusterMetadata;
import dev.neon.state.Slru;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** The pages of all SLRUs. */
final class SlruContents {
    private final Map<Slru, TreeMap<Integer, Page>> pages = new EnumMap<>(Slru.class);

    SlruContents() {
        for (Slru slru : Slru.values()) {
            pages.put(slru, new TreeMap<>());
        }
    }

    /** Those in the files of a data directory; what a file is too short for is zeros. */
    static SlruContents read(Path data, ClusterMetadata metadata) throws IOException {
        SlruContents contents = new SlruContents();
        for (Slru slru : Slru.values()) {
            for (BlockRange range : metadata.ranges(slru.fork())) {
                for (int page = range.from(); page < range.to(); page++) {
                    contents.page(slru, page).copyFrom(read(data.resolve(slru.file(page)), page));
                }
            }
        }
        return contents;
    }

    private static byte[] read(Path file, int page) throws IOException {
        byte[] bytes = new byte[Page.SIZE];
        long at = page % Slru.PAGES_PER_FILE * (long) Page.SIZE;
        if (Files.exists(file) && Files.size(file) >= at + Page.SIZE) {
            try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
                open.seek(at);
                open.readFully(bytes);
            }
        }
        return bytes;
    }

    SlruContents copy() {
        SlruContents copy = new SlruContents();
        pages.forEach((slru, all) -> all.forEach((number, page) -> copy.page(slru, number).copyFrom(page.bytes())));
        return copy;
    }

    /** The page to be changed; zeros if it is not there. */
    Page page(Slru slru, int number) {
        return pages.get(slru).computeIfAbsent(number, absent -> Page.zero());
    }

    void remove(Slru slru, BlockRange gone) {
        pages.get(slru).subMap(gone.from(), gone.to()).clear();
    }

    /** Writes the pages that there are into the files of a data directory. */
    void write(Path data, ClusterMetadata metadata) throws IOException {
        for (Slru slru : Slru.values()) {
            for (BlockRange range : metadata.ranges(slru.fork())) {
                for (int number = range.from(); number < range.to(); number++) {
                    try (RandomAccessFile open = new RandomAccessFile(data.resolve(slru.file(number)).toFile(), "rw")) {
                        open.seek(number % Slru.PAGES_PER_FILE * (long) Page.SIZE);
                        open.write(page(slru, number).bytes());
                    }
                }
            }
        }
    }

    /** Where a page differs from that of others, or is missing there; absent pages are zeros. */
    String difference(SlruContents others) {
        StringBuilder text = new StringBuilder();
        for (Slru slru : Slru.values()) {
            TreeMap<Integer, Page> all = new TreeMap<>(pages.get(slru));
            all.putAll(others.pages.get(slru));
            for (int number : all.keySet()) {
                int at = Arrays.mismatch(page(slru, number).bytes(), others.page(slru, number).bytes());
                if (at >= 0) {
                    text.append(slru).append(" page ").append(number).append(" from byte ").append(at).append(" on: ")
                            .append(Long.toHexString(page(slru, number).u8(at))).append(", others ")
                            .append(Long.toHexString(others.page(slru, number).u8(at))).append('\n');
                }
            }
        }
        return text.toString();
    }

    int count() {
        return pages.values().stream().mapToInt(Map::size).sum();
    }
}
