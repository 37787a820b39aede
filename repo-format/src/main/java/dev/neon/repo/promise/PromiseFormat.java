package dev.neon.repo.promise;

import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.files.TextChecksum;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The file {@code timelines/<id>/promised}:
 * <pre>
 * version: 1
 * end: 0/5A3C0D8                 where the timeline's WAL ends, as the one who promised it told
 * wal: 0/1000000 0/5A3C0D8       promised WAL: first LSN, LSN after the last; a line for each run, ascending
 * snapshot: 0/15ECF68            a snapshot whose layers are promised; a line for each, ascending
 * checksum: 1b2c77aa             CRC-32C of the lines above
 * </pre>
 * It says neither who has promised (the remotes with {@code remote.<name>.promisor} in the configuration) nor what has come since: files
 * that are there count first. It is replaced as a whole, and goes with its timeline.
 */
final class PromiseFormat {
    static final int VERSION = 1;
    private static final String CHECKSUM = "checksum: ";
    private static final String REMEDY = "Fetch from the promisor again after removing it: 'neon fetch' writes it anew.";

    private PromiseFormat() {}

    static byte[] format(Promise promise) {
        StringBuilder text = new StringBuilder("version: " + VERSION + "\nend: " + promise.end() + '\n');
        promise.wal().forEach(run -> text.append("wal: ").append(run.from()).append(' ').append(run.to()).append('\n'));
        promise.snapshots().forEach(lsn -> text.append("snapshot: ").append(lsn).append('\n'));
        return text.append(checksum(text.toString())).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String checksum(String lines) {
        return CHECKSUM + TextChecksum.of(lines.getBytes(StandardCharsets.UTF_8)) + '\n';
    }

    /** @throws CorruptFileException if it is damaged, or of another version */
    static Promise parse(Path file, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int last = text.lastIndexOf(CHECKSUM);
        if (last < 0 || !text.substring(last).equals(checksum(text.substring(0, last)))) {
            throw damaged(file, "lines that fit their checksum", "others");
        }
        String[] lines = text.substring(0, last).split("\n");
        if (lines.length < 2 || !lines[0].equals("version: " + VERSION) || !lines[1].startsWith("end: ")) {
            throw damaged(file, "version " + VERSION, lines[0]);
        }
        List<Promise.Run> runs = new ArrayList<>();
        TreeSet<Lsn> snapshots = new TreeSet<>();
        try {
            Lsn end = Lsn.parse(lines[1].substring("end: ".length()));
            for (int i = 2; i < lines.length; i++) {
                String[] words = lines[i].split(" ");
                switch (words[0]) {
                    case "wal:" -> runs.add(new Promise.Run(Lsn.parse(words[1]), Lsn.parse(words[2])));
                    case "snapshot:" -> snapshots.add(Lsn.parse(words[1]));
                    default -> throw damaged(file, "wal or snapshot", words[0]);
                }
            }
            return new Promise(end, runs, snapshots);
        } catch (ArrayIndexOutOfBoundsException | InvalidInputException torn) {
            throw damaged(file, "LSNs", "others");
        }
    }

    private static CorruptFileException damaged(Path file, String expected, String found) {
        return new CorruptFileException(file, 0, expected, found, REMEDY);
    }
}
