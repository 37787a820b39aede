package dev.neon.state;

import dev.neon.page.Page;
import dev.neon.repo.files.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/** The files of an SLRU: 32 pages each, named by hexadecimal numbers ({@code REL_17 slru.c SlruScanDirectory}). */
final class SlruFiles {
    private SlruFiles() {}

    /**
     * The pages of the files that lead to the one in use without a gap; a file elsewhere is left over from an earlier turn.
     *
     * @param next the page that comes next: the last, or one that is not there yet
     */
    static SlruPages read(Path dataDirectory, Slru slru, int next) throws IOException {
        SortedMap<Integer, Integer> files = new TreeMap<>();
        for (Path file : Directories.list(dataDirectory.resolve(slru.directory()))) {
            String name = file.getFileName().toString();
            if (name.matches("[0-9A-F]{4,6}")) {
                files.put(HexFormat.fromHexDigits(name), (int) (Files.size(file) / Page.SIZE));
            }
        }
        int ring = (slru.pages() + Slru.PAGES_PER_FILE - 1) / Slru.PAGES_PER_FILE;
        int current = next / Slru.PAGES_PER_FILE;
        int last = files.containsKey(current) ? current : Math.floorMod(current - 1, ring);
        while (files.containsKey((last + 1) % ring) && (last + 1) % ring != current) {
            last = (last + 1) % ring;
        }
        if (!files.containsKey(last)) {
            return new SlruPages(slru);
        }
        int first = last;
        while (files.containsKey(Math.floorMod(first - 1, ring)) && Math.floorMod(first - 1, ring) != last) {
            first = Math.floorMod(first - 1, ring);
        }
        int count = Math.floorMod(last - first, ring) * Slru.PAGES_PER_FILE + files.getOrDefault(last, 0);
        if (first > last) {
            // The last file before the numbers wrap around is shorter.
            count -= ring * Slru.PAGES_PER_FILE - slru.pages();
        }
        return new SlruPages(slru, first * Slru.PAGES_PER_FILE, count);
    }
}
