package dev.neon.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bench/run} is started from source and no part of the build, so nothing else would see it break. */
class BenchSourcesTest {
    @TempDir
    Path classes;

    @Test
    void benchmarksCompileAgainstThisNeon() throws Exception {
        List<Path> sources;
        try (var files = Files.walk(Path.of("../bench/src"))) {
            sources = files.filter(file -> file.toString().endsWith(".java")).toList();
        }
        assertTrue(sources.size() > 1, "no sources in bench/src");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(messages, manager, null, List.of("-d", classes.toString(), "-cp",
                    System.getProperty("java.class.path")), null, manager.getJavaFileObjectsFromPaths(sources)).call();
            assertTrue(compiled, messages::toString);
        }
    }
}
