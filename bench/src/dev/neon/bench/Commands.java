package dev.neon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.spi.ToolProvider;

/** What a short command costs, against a Java that does nothing and against git. */
final class Commands implements Benchmark {
    private static final int MANY = 1000;

    @Override
    public String name() {
        return "commands";
    }

    @Override
    public String title() {
        return "short commands, interleaved, a server running";
    }

    @Override
    public void run(Lab lab) throws IOException {
        NeonRepository repository = NeonRepository.init(lab, "commands");
        repository.start("main");
        Path git = gitRepository(lab);
        List<String> bare = bareJava(lab);
        round(lab, repository, git, bare, "few branches", "few");
        Branching.create(repository, MANY);
        for (int i = 0; i < MANY; i++) {
            Files.copy(git.resolve(".git/refs/heads/few0"), git.resolve(".git/refs/heads/made" + i));
        }
        round(lab, repository, git, bare, MANY + " branches", "many");
        repository.close();
    }

    private static void round(Lab lab, NeonRepository repository, Path git, List<String> bare, String size,
                              String prefix) {
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put("bare java", i -> Program.run(git, Map.of(), bare).millis());
        contestants.put("git branch <name>", i -> Program.run(git, Map.of(), "git", "branch", prefix + i).millis());
        contestants.put("neon branch <name>", i -> repository.neon("branch", prefix + i).millis());
        contestants.put("neon status", i -> repository.neon("status").millis());
        contestants.put("neon rev-parse HEAD", i -> repository.neon("rev-parse", "HEAD").millis());
        Map<String, Samples> times = Interleaved.run(contestants, lab.scale(5, 31));
        Samples java = times.get("bare java");
        times.forEach((what, samples) -> {
            boolean ours = what.startsWith("neon");
            lab.report().row(what + ", " + size, "ms", samples, ours ? "≤ 100" : "");
            if (ours) {
                lab.report().row("… less the bare java of its round", "ms", samples.minus(java), "≤ 45");
            }
        });
    }

    private static Path gitRepository(Lab lab) throws IOException {
        Path git = Files.createDirectory(lab.path("git"));
        Program.run(git, Map.of(), "git", "init", "-q");
        Program.run(git, Map.of(), "git", "-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "-q",
                "--allow-empty", "-m", "first");
        return git;
    }

    /** A Java program that prints one line, from a jar, with the flags that cost least without a cache of its own. */
    private static List<String> bareJava(Lab lab) throws IOException {
        Path sources = Files.createDirectory(lab.path("bare"));
        Path source = Files.writeString(sources.resolve("Bare.java"),
                "public class Bare { public static void main(String[] a) { System.out.println(\"one line\"); } }");
        tool("javac", "-d", sources.toString(), source.toString());
        Path jar = sources.resolve("bare.jar");
        tool("jar", "--create", "--file", jar.toString(), "-C", sources.toString(), "Bare.class");
        return List.of(lab.java().toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", jar.toString(),
                "Bare");
    }

    private static void tool(String name, String... arguments) {
        if (ToolProvider.findFirst(name).orElseThrow().run(System.err, System.err, arguments) != 0) {
            throw new IllegalStateException(name + " failed");
        }
    }
}
