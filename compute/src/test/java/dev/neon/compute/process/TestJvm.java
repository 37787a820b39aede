package dev.neon.compute.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another JVM on the classes of this test run. */
public final class TestJvm {
    private TestJvm() {}

    /** Starts the main method of a class; its errors go where ours go. */
    public static Process start(Class<?> main, String... arguments) throws IOException {
        List<String> command = command(System.getProperty("java.class.path"), main, arguments);
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** The command for a class path of the caller's choice. */
    public static List<String> command(String classPath, Class<?> main, String... arguments) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(java.toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
