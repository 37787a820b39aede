package dev.neon.sync;

import dev.neon.ancestry.Tip;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.files.Escape;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;

/**
 * An inventory as text, UTF-8.
 * <pre>
 * tip 76cf9279915be7797095241638e64644 0/15ECF68           what is to be had, one or more
 * timeline 76cf9279915be7797095241638e64644 0/15ECF68      id, end
 * history id: 76cf…\nowner: …                              its history file, escaped
 * file 48213 9f3c1b2c snapshots/000000000153F1C0/metadata  bytes, CRC-32C or "-", path
 * directory snapshots/000000000153F1C0/base                of a copy
 * wal 0/1000000 0/15ECF68                                  from, to
 * page 5d0c77f1                                            CRC-32C of the page in which the end lies, up to it
 * </pre>
 * Ancestors come before descendants.
 */
public final class InventoryFormat {
    private static final String TIP = "tip ";

    private InventoryFormat() {}

    /** As {@link #parse} reads it. */
    public static String format(Inventory inventory) {
        StringBuilder text = new StringBuilder();
        inventory.tips().forEach(tip -> text.append(TIP).append(tip.timeline()).append(' ').append(tip.lsn()).append('\n'));
        for (TimelineOffer offer : inventory.timelines()) {
            text.append("timeline ").append(offer.id()).append(' ').append(offer.end()).append('\n');
            text.append("history ").append(Escape.escape(offer.text())).append('\n');
            for (OfferedFile file : offer.files()) {
                text.append("file ").append(file.bytes()).append(' ')
                        .append(file.checksum().isPresent() ? HexFormat.of().toHexDigits(file.checksum().getAsInt()) : "-")
                        .append(' ').append(file.path()).append('\n');
            }
            offer.directories().forEach(path -> text.append("directory ").append(path).append('\n'));
            offer.wal().forEach(run -> text.append("wal ").append(run.from()).append(' ').append(run.to()).append('\n'));
            offer.page().ifPresent(page -> text.append("page ").append(HexFormat.of().toHexDigits(page)).append('\n'));
        }
        return text.toString();
    }

    /** @throws InvalidInputException if it has another form */
    public static Inventory parse(String text) {
        List<Tip> tips = new ArrayList<>();
        List<TimelineOffer> offers = new ArrayList<>();
        Draft draft = new Draft();
        for (String line : text.split("\n")) {
            if (line.startsWith(TIP)) {
                tips.add(tip(line.substring(TIP.length())));
                continue;
            }
            if (line.startsWith("timeline ")) {
                draft.end(offers);
                draft = new Draft();
            }
            if (!line.isEmpty()) {
                draft.add(line);
            }
        }
        draft.end(offers);
        return new Inventory(tips, offers);
    }

    private static Tip tip(String text) {
        int space = Math.max(0, text.indexOf(' '));
        return new Tip(new TimelineId(text.substring(0, space)), Lsn.parse(text.substring(space + 1)));
    }

    /** A timeline whose lines are being read. */
    private static final class Draft {
        private String timeline = "";
        private String history = "";
        private final List<OfferedFile> files = new ArrayList<>();
        private final List<String> directories = new ArrayList<>();
        private final List<WalRun> wal = new ArrayList<>();
        private OptionalInt page = OptionalInt.empty();

        void add(String line) {
            String[] words = line.split(" ", 4);
            try {
                switch (words[0]) {
                    case "timeline" -> timeline = line;
                    case "history" -> history = Escape.unescape(line.substring("history ".length()));
                    case "file" -> files.add(new OfferedFile(TimelinePaths.requireFile(words[3]), positive(words[1]),
                            words[2].equals("-") ? OptionalInt.empty()
                                    : OptionalInt.of(Integer.parseUnsignedInt(words[2], 16))));
                    case "directory" -> directories.add(TimelinePaths.require(line.substring("directory ".length())));
                    case "wal" -> wal.add(run(words));
                    case "page" -> page = OptionalInt.of(Integer.parseUnsignedInt(words[1], 16));
                    default -> throw new InvalidInputException("unknown word '" + words[0] + "'");
                }
            } catch (NumberFormatException | IndexOutOfBoundsException malformed) {
                throw new InvalidInputException("invalid line '" + Escape.escape(line) + "' of an inventory",
                        "The other side is broken, or means harm.");
            }
        }

        private static long positive(String number) {
            long value = Long.parseLong(number);
            if (value < 0) {
                throw new NumberFormatException(number);
            }
            return value;
        }

        private WalRun run(String[] words) {
            WalRun run = new WalRun(Lsn.parse(words[1]), Lsn.parse(words[2]));
            // Positions of real WAL are below 2^63, so that they can be counted with.
            if (run.to().value() < 0 || !run.from().isBefore(run.to()) || !wal.isEmpty() && run.from().isBefore(wal.getLast().to())) {
                throw new NumberFormatException("not ascending");
            }
            return run;
        }

        void end(List<TimelineOffer> offers) {
            if (timeline.isEmpty()) {
                if (!history.isEmpty() || !files.isEmpty() || !wal.isEmpty()) {
                    throw new InvalidInputException("an inventory does not begin with a timeline");
                }
                return;
            }
            String[] words = timeline.split(" ");
            if (words.length != 3) {
                throw new InvalidInputException("invalid line '" + Escape.escape(timeline) + "' of an inventory");
            }
            Lsn end = Lsn.parse(words[2]);
            if (!wal.isEmpty() && wal.getLast().to().isAfter(end)) {
                throw new InvalidInputException("WAL of timeline '" + words[1] + "' was offered behind its end");
            }
            offers.add(new TimelineOffer(new TimelineId(words[1]), history, end, files, directories, wal, page));
        }
    }
}
