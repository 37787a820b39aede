package dev.neon.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A step of the build: has {@link TrainingMain} run by a JVM that writes its AOT cache, and puts the cache in place when
 * it is whole, since neon may be in use meanwhile. A Java that cannot do it builds neon all the same; it starts slower.
 */
final class AotCacheMain {
    private AotCacheMain() {}

    /**
     * Trains.
     *
     * @param arguments the jar, beside which {@code <name>.aot} and {@code <name>.aot.java} are made; the project's
     *                  directory
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path jar = Path.of(arguments[0]).toAbsolutePath();
        String name = jar.getFileName().toString().replaceFirst("\\.jar$", ".aot");
        Path cache = jar.resolveSibling(name);
        Path draft = jar.resolveSibling(name + ".new");
        Path java = jar.resolveSibling(name + ".java");
        Path javaDraft = jar.resolveSibling(name + ".java.new");
        Path log = jar.resolveSibling(name + ".log");
        // The flags are the launcher's.
        int status = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions", "-XX:AOTCacheOutput=" + draft, "-Xlog:disable",
                "-Xlog:all=error:stderr", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED", "-cp", jar.toString(), TrainingMain.class.getName(),
                javaDraft.toString(), arguments[1])).redirectErrorStream(true).redirectOutput(log.toFile()).start()
                .waitFor();
        if (status != 0 || !Files.exists(draft) || !Files.exists(javaDraft)) {
            System.err.println("no AOT cache was made, neon will start slower:");
            System.err.print(Files.readString(log));
            return;
        }
        // The launcher uses no cache whose Java is not named beside it.
        Files.deleteIfExists(java);
        Files.move(draft, cache, StandardCopyOption.ATOMIC_MOVE);
        Files.move(javaDraft, java, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(log);
    }
}
