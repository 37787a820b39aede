package dev.neon.repo.layer;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.FormatTooNewException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.files.Escape;
import dev.neon.repo.files.TextChecksum;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The file {@code manifest} of a snapshot, UTF-8, one {@code key: value} a line.
 * <pre>
 * version: 1
 * kind: delta                                           or image
 * postgres: 18                                          major version
 * lsn: 0/15ECF68
 * parent: 76cf9279915be7797095241638e64644 0/14A1B20    of a delta alone
 * folded: 0/15C0A98                                     of a delta that others were folded into
 * versions: all                                         or last
 * metadata: metadata 48213 9f3c1b2c                     name, bytes, CRC-32C in 8 hexadecimal digits
 * layer: layer-0001 134217990 0077aa1b 1663/5/1259.0:0 1663/5/16384.0:2
 *                                                       for each layer, as metadata, with its first and last section
 * checksum: 1b2c77aa                                    CRC-32C of the lines above
 * </pre>
 * Unknown keys are ignored.
 */
final class ManifestFormat {
    private static final int VERSION = 1;

    private ManifestFormat() {}

    static String format(SnapshotManifest manifest) {
        StringBuilder text = new StringBuilder();
        line(text, "version", Integer.toString(VERSION));
        line(text, "kind", manifest.isImage() ? "image" : "delta");
        line(text, "postgres", Integer.toString(manifest.major()));
        line(text, "lsn", manifest.lsn().toString());
        manifest.parent().ifPresent(parent -> line(text, "parent", parent.timeline() + " " + parent.lsn()));
        manifest.folded().ifPresent(folded -> line(text, "folded", folded.toString()));
        line(text, "versions", manifest.versions().name().toLowerCase(Locale.ROOT));
        line(text, "metadata", format(manifest.metadata()));
        manifest.layers().forEach(layer -> line(text, "layer", format(layer)));
        line(text, "checksum", TextChecksum.of(text.toString().getBytes(StandardCharsets.UTF_8)));
        return text.toString();
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append(": ").append(value).append('\n');
    }

    private static String format(LayerFile file) {
        return file.name() + " " + file.bytes() + " " + HexFormat.of().toHexDigits(file.checksum())
                + file.range().map(range -> " " + range.first() + " " + range.last()).orElse("");
    }

    static SnapshotManifest parse(Path file, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int last = text.lastIndexOf("checksum: ");
        byte[] checked = text.substring(0, Math.max(last, 0)).getBytes(StandardCharsets.UTF_8);
        String expected = "checksum: " + TextChecksum.of(checked) + "\n";
        if (last < 0 || !text.substring(last).equals(expected)) {
            throw corrupt(file, checked.length, expected.strip(), text.substring(Math.max(last, 0)).strip());
        }
        Map<String, String> values = new HashMap<>();
        List<LayerFile> layers = new ArrayList<>();
        try {
            for (String line : text.substring(0, last).split("\n")) {
                int colon = line.indexOf(": ");
                if (colon <= 0) {
                    throw new InvalidInputException("invalid line '" + line + "'");
                }
                String value = line.substring(colon + 2);
                if (line.startsWith("layer: ")) {
                    layers.add(file(value));
                } else {
                    values.put(line.substring(0, colon), value);
                }
            }
            int version = Integer.parseInt(required(values, "version"));
            if (version > VERSION) {
                throw new FormatTooNewException(file.toString(), version, VERSION);
            }
            return manifest(values, layers);
        } catch (InvalidInputException | NumberFormatException damaged) {
            throw corrupt(file, 0, "a manifest", String.valueOf(damaged.getMessage()));
        }
    }

    private static SnapshotManifest manifest(Map<String, String> values, List<LayerFile> layers) {
        Optional<SnapshotManifest.Parent> parent =
                Optional.ofNullable(values.get("parent")).map(ManifestFormat::parent);
        if (!required(values, "kind").equals(parent.isPresent() ? "delta" : "image")) {
            throw new InvalidInputException("invalid kind '" + values.get("kind") + "'");
        }
        return new SnapshotManifest(Integer.parseInt(required(values, "postgres")),
                Lsn.parse(required(values, "lsn")), parent, Optional.ofNullable(values.get("folded")).map(Lsn::parse),
                versions(required(values, "versions")), layers, file(required(values, "metadata")));
    }

    private static SnapshotManifest.Parent parent(String value) {
        String[] fields = value.split(" ", -1);
        if (fields.length != 2) {
            throw new InvalidInputException("invalid parent '" + value + "'");
        }
        return new SnapshotManifest.Parent(new TimelineId(fields[0]), Lsn.parse(fields[1]));
    }

    private static SnapshotManifest.Versions versions(String word) {
        return switch (word) {
            case "all" -> SnapshotManifest.Versions.ALL;
            case "last" -> SnapshotManifest.Versions.LAST;
            default -> throw new InvalidInputException("invalid versions '" + word + "'");
        };
    }

    private static LayerFile file(String value) {
        String[] fields = value.split(" ", -1);
        if (fields.length != 3 && fields.length != 5 || !isName(fields[0]) || fields[2].length() != 8) {
            throw new InvalidInputException("invalid file '" + value + "'");
        }
        return new LayerFile(fields[0], Long.parseLong(fields[1]), Integer.parseUnsignedInt(fields[2], 16),
                fields.length == 3 ? Optional.empty()
                        : Optional.of(new LayerFile.Range(Section.parse(fields[3]), Section.parse(fields[4]))));
    }

    /** A manifest may have come from another repository: a name must not lead out of the directory. */
    private static boolean isName(String name) {
        return !name.isEmpty() && name.charAt(0) != '.'
                && name.chars().allMatch(letter -> letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z'
                        || letter >= '0' && letter <= '9' || "-_.".indexOf(letter) >= 0);
    }

    private static String required(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw new InvalidInputException("missing line '" + key + "'");
        }
        return value;
    }

    private static CorruptFileException corrupt(Path file, long offset, String expected, String found) {
        return CheckedFile.corrupt(file, offset, "'" + expected + "'", "'" + Escape.escape(found) + "'");
    }
}
