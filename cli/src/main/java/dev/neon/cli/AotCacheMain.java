package dev.neon.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A step of the build: has {@link TrainingMain} run by JVMs that write each {@link AotCache}, and puts the caches in
 * place when they are whole, since neon may be in use meanwhile. A Java that cannot do it builds neon all the same; it
 * starts slower. Writes beside them which Java they are good for, because with any other a cache costs time. Lays the native
 * part of zstd there as well.
 */
final class AotCacheMain {
    private AotCacheMain() {}

    /**
     * Trains.
     *
     * @param arguments the jar, beside which the caches are made and {@code <name>.aot.java}, which names the Java as
     *                  the launcher reads it: its home directory, then its version, a line each; and the project's
     *                  directory, in which the embedded PostgreSQL is found
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path jar = Path.of(arguments[0]).toAbsolutePath();
        Path project = Path.of(arguments[1]);
        Map<AotCache, Path> drafts = new EnumMap<>(AotCache.class);
        Path directory = TrainingMain.createDirectory();
        try {
            for (AotCache cache : AotCache.values()) {
                if (train(cache, jar, project, directory)) {
                    drafts.put(cache, draft(cache, jar));
                }
            }
        } finally {
            TrainingMain.removeDirectory(directory, project);
        }
        // The launcher uses no cache while the Java is not named beside it.
        Path java = AotCache.GENERAL.beside(jar).resolveSibling(AotCache.GENERAL.beside(jar).getFileName() + ".java");
        Files.deleteIfExists(java);
        for (AotCache cache : AotCache.values()) {
            if (drafts.containsKey(cache)) {
                Files.move(drafts.get(cache), cache.beside(jar), StandardCopyOption.ATOMIC_MOVE);
            } else {
                Files.deleteIfExists(cache.beside(jar));
            }
        }
        unpackZstd(jar);
        Path javaDraft = java.resolveSibling(java.getFileName() + ".new");
        Files.writeString(javaDraft, System.getProperty("java.home") + '\n' + Runtime.version() + '\n');
        Files.move(javaDraft, java, StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean train(AotCache cache, Path jar, Path project, Path directory)
            throws IOException, InterruptedException {
        Path draft = draft(cache, jar);
        Path log = jar.resolveSibling(cache.beside(jar).getFileName() + ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions", "-XX:AOTCacheOutput=" + draft, "-Xlog:disable",
                "-Xlog:all=error:stderr", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(cache.flags());
        command.addAll(List.of("-cp", jar.toString(), TrainingMain.class.getName(), cache.name(), directory.toString(),
                project.toString()));
        int status = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();
        if (status != 0 || !Files.exists(draft)) {
            System.err.println("no AOT cache '" + cache.beside(jar).getFileName() + "' was made, neon will start slower:");
            System.err.print(Files.readString(log));
            return false;
        }
        Files.delete(log);
        return true;
    }

    /** Unpacks zstd's native library for this machine, if there is one; zstd-jni would do that at each start. */
    private static void unpackZstd(Path jar) throws IOException {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        Path target = jar.resolveSibling(AotCache.baseName(jar) + "-zstd.so");
        Path draft = target.resolveSibling(target.getFileName() + ".new");
        try (FileSystem archive = FileSystems.newFileSystem(jar)) {
            Path libraries = archive.getPath(name.startsWith("mac") ? "darwin" : name, System.getProperty("os.arch"));
            if (!Files.isDirectory(libraries)) {
                Files.deleteIfExists(target);
                return;
            }
            try (DirectoryStream<Path> found = Files.newDirectoryStream(libraries, "libzstd-jni*")) {
                for (Path library : found) {
                    Files.copy(library, draft, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
    }

    private static Path draft(AotCache cache, Path jar) {
        return jar.resolveSibling(cache.beside(jar).getFileName() + ".new");
    }
}
