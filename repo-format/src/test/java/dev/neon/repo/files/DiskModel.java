package dev.neon.repo.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a disk is sure to hold: the content that a file had when it was last synced, and the entries that a directory
 * had when it was. POSIX promises no more: neither that a synced file has a name, nor that a renamed file has content.
 */
final class DiskModel {
    private final Path root;
    private final Node.Directory top;

    private sealed interface Node {
        /** A file; of one never synced nothing is sure to be there. */
        final class Plain implements Node {
            private byte[] now;
            private byte[] safe = {};

            private Plain(byte[] content) {
                this.now = content;
            }
        }

        final class Directory implements Node {
            private final Map<String, Node> now = new TreeMap<>();
            private final Map<String, Node> safe = new TreeMap<>();
        }

        record Link(Path target) implements Node {}
    }

    DiskModel(Path root) {
        this.root = root;
        this.top = (Node.Directory) read(root);
        secure(top);
    }

    void created(Path path) throws IOException {
        parent(path).now.put(name(path), Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                ? new Node.Directory() : read(path));
    }

    void changed(Path file) throws IOException {
        ((Node.Plain) node(file)).now = Files.readAllBytes(file);
    }

    void synced(Path path) throws IOException {
        switch (node(path)) {
            case Node.Plain file -> file.safe = file.now = Files.readAllBytes(path);
            case Node.Directory directory -> {
                directory.safe.clear();
                directory.safe.putAll(directory.now);
            }
            case Node.Link _ -> { }
        }
    }

    void renamed(Path source, Path target) {
        Node moved = parent(source).now.remove(name(source));
        parent(target).now.put(name(target), moved);
    }

    void deleted(Path path) {
        parent(path).now.remove(name(path));
    }

    void restart(Loss loss) {
        try {
            try (Stream<Path> tree = Files.walk(root)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    if (!path.equals(root)) {
                        Files.delete(path);
                    }
                }
            }
            write(top, root, loss instanceof Loss.Some some ? new Random(some.seed()) : new Random(), loss);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void write(Node node, Path path, Random random, Loss loss) throws IOException {
        switch (node) {
            case Node.Plain file -> {
                Files.write(path, content(file, random, loss));
                // A machine takes its time to come up again.
                Files.setLastModifiedTime(path, FileTime.from(Instant.now().minusSeconds(60)));
            }
            case Node.Link link -> Files.createSymbolicLink(path, link.target());
            case Node.Directory directory -> {
                if (!path.equals(root)) {
                    Files.createDirectory(path);
                }
                for (Map.Entry<String, Node> entry : entries(directory, random, loss).entrySet()) {
                    write(entry.getValue(), path.resolve(entry.getKey()), random, loss);
                }
            }
        }
    }

    private static byte[] content(Node.Plain file, Random random, Loss loss) {
        return switch (loss) {
            case Loss.Nothing _ -> file.now;
            case Loss.Everything _ -> file.safe;
            case Loss.Some _ -> {
                boolean grew = file.now.length > file.safe.length && Arrays.equals(file.safe, 0, file.safe.length,
                        file.now, 0, file.safe.length);
                yield switch (random.nextInt(3)) {
                    case 0 -> file.safe;
                    case 1 -> file.now;
                    default -> grew ? Arrays.copyOf(file.now, random.nextInt(file.safe.length, file.now.length))
                            : file.safe;
                };
            }
        };
    }

    private static Map<String, Node> entries(Node.Directory directory, Random random, Loss loss) {
        return switch (loss) {
            case Loss.Nothing _ -> directory.now;
            case Loss.Everything _ -> directory.safe;
            case Loss.Some _ -> {
                Map<String, Node> some = new TreeMap<>();
                TreeSet<String> names = new TreeSet<>(directory.now.keySet());
                names.addAll(directory.safe.keySet());
                for (String name : names) {
                    Map<String, Node> side = random.nextBoolean() ? directory.now : directory.safe;
                    Optional.ofNullable(side.get(name)).ifPresent(node -> some.put(name, node));
                }
                yield some;
            }
        };
    }

    private Node read(Path path) {
        try {
            if (Files.isSymbolicLink(path)) {
                return new Node.Link(Files.readSymbolicLink(path));
            }
            if (!Files.isDirectory(path)) {
                return new Node.Plain(Files.readAllBytes(path));
            }
            Node.Directory directory = new Node.Directory();
            List<Path> children = new ArrayList<>();
            try (Stream<Path> entries = Files.list(path)) {
                entries.forEach(children::add);
            }
            children.forEach(child -> directory.now.put(name(child), read(child)));
            return directory;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void secure(Node node) {
        switch (node) {
            case Node.Plain file -> file.safe = file.now;
            case Node.Directory directory -> {
                directory.safe.putAll(directory.now);
                directory.now.values().forEach(DiskModel::secure);
            }
            case Node.Link _ -> { }
        }
    }

    private Node.Directory parent(Path path) {
        return (Node.Directory) node(path.getParent());
    }

    private Node node(Path path) {
        Node node = top;
        for (Path name : root.relativize(path)) {
            if (!name.toString().isEmpty()) {
                node = Optional.ofNullable(((Node.Directory) node).now.get(name.toString()))
                        .orElseThrow(() -> new IllegalStateException("not made through these steps: " + path));
            }
        }
        return node;
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }
}
