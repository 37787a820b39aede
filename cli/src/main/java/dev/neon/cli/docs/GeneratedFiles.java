package dev.neon.cli.docs;

import dev.neon.cli.framework.CommandTree;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tracked files that are made from the commands' declarations: {@code man/} and {@code completions/}. The build
 * writes them after packaging; a test, before, holds the tracked files against {@link #of}.
 */
public final class GeneratedFiles {
    /** The folders that hold generated files and nothing else. */
    private static final List<String> FOLDERS = List.of("man", "completions");

    private GeneratedFiles() {}

    /** The files by their path in the source tree. */
    public static Map<String, String> of(CommandTree tree) {
        Map<String, String> files = new TreeMap<>();
        new ManPages(tree).pages().forEach((name, page) -> files.put("man/" + name, page));
        files.put("completions/neon.bash", CompletionScript.of(CompletionScript.Shell.BASH, tree));
        files.put("completions/_neon", CompletionScript.of(CompletionScript.Shell.ZSH, tree));
        files.put("completions/neon.fish", CompletionScript.of(CompletionScript.Shell.FISH, tree));
        return files;
    }

    /**
     * Brings the tracked files up to date; a file that is right already is left alone, one of no command is deleted.
     *
     * @param root the root of the source tree
     */
    public static void write(CommandTree tree, Path root) throws IOException {
        Map<String, String> files = of(tree);
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = root.resolve(file.getKey());
            if (!Files.exists(path) || !Files.readString(path).equals(file.getValue())) {
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
        }
        for (String stale : tracked(root)) {
            if (!files.containsKey(stale)) {
                Files.delete(root.resolve(stale));
            }
        }
    }

    /** The paths of the files that are there, as in {@link #of}. */
    public static List<String> tracked(Path root) throws IOException {
        List<String> paths = new ArrayList<>();
        for (String folder : FOLDERS) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(folder))) {
                entries.forEach(entry -> paths.add(folder + '/' + entry.getFileName()));
            }
        }
        Collections.sort(paths);
        return paths;
    }
}
