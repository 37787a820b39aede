package dev.neon.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/** gc and fsck of a repository with many branches, half of which are dropped, beside git with as many. */
final class Collecting implements Benchmark {
    private static final int MANY = 10_000;
    /** Names on one command line of git. */
    private static final int AT_ONCE = 500;

    @Override
    public String name() {
        return "collect-refs";
    }

    @Override
    public String title() {
        return "gc and fsck of 10,000 branches, half of them dropped, beside git";
    }

    @Override
    public void run(Lab lab) throws IOException {
        int count = lab.scale(200, MANY);
        NeonRepository repository = NeonRepository.init(lab, "collected");
        repository.neon("config", "set", "gc.auto", "false");
        repository.neon("config", "set", "gc.reflogExpire", "0s");
        Branching.create(repository, count);
        Path git = gitRepository(lab, count);
        Map<String, IntToDoubleFunction> whole = new LinkedHashMap<>();
        whole.put("neon gc --dry-run, nothing to remove", i -> repository.neon("gc", "--dry-run").millis());
        whole.put("neon gc --explain", i -> repository.neon("gc", "--explain").millis());
        whole.put("neon fsck --full", i -> repository.neon("fsck", "--full").millis());
        whole.put("neon fsck, known", i -> repository.neon("fsck").millis());
        whole.put("git fsck", i -> git(git, "fsck", "--no-progress").millis());
        report(lab, Interleaved.run(whole, lab.rounds(1, 3)));
        drop(repository, git, count);
        Samples neonFirst = new Samples().add(repository.neon("gc", "--prune", "now").millis());
        Samples gitFirst = new Samples().add(git(git, "gc", "--quiet", "--prune=now").millis());
        lab.report().row("neon gc --prune=now, half to remove", "ms", neonFirst);
        lab.report().row("git gc --prune=now, half to remove", "ms", gitFirst);
        Map<String, IntToDoubleFunction> again = new LinkedHashMap<>();
        again.put("neon gc --prune=now, again", i -> repository.neon("gc", "--prune", "now").millis());
        again.put("git gc --prune=now, again", i -> git(git, "gc", "--quiet", "--prune=now").millis());
        again.put("neon fsck after it", i -> repository.neon("fsck").millis());
        again.put("git fsck after it", i -> git(git, "fsck", "--no-progress").millis());
        report(lab, Interleaved.run(again, lab.rounds(1, 3)));
        repository.close();
    }

    private static void report(Lab lab, Map<String, Samples> times) {
        times.forEach((what, samples) -> lab.report().row(what, "ms", samples));
    }

    /** Branches with a commit of their own each. */
    private static Path gitRepository(Lab lab, int count) throws IOException {
        Path git = Files.createDirectory(lab.path("collected-git"));
        git(git, "init", "-q");
        StringBuilder stream = new StringBuilder("""
                commit refs/heads/main
                committer bench <bench@localhost> 1000000000 +0000
                data 5
                first
                """);
        for (int i = 0; i < count; i++) {
            String content = "made " + i;
            stream.append("commit refs/heads/made").append(i).append('\n')
                    .append("committer bench <bench@localhost> 1000000000 +0000\ndata 0\nfrom refs/heads/main\n")
                    .append("M 100644 inline file\ndata ").append(content.length()).append('\n').append(content).append('\n');
        }
        Path script = Files.writeString(lab.path("collected.import"), stream, StandardCharsets.UTF_8);
        Program.run(git, Map.of(), "sh", "-c", "git fast-import --quiet < '" + script + "'");
        return git;
    }

    private static void drop(NeonRepository repository, Path git, int count) {
        Branching.dropHalf(repository, count);
        for (int from = 0; from < count; from += 2 * AT_ONCE) {
            List<String> words = new ArrayList<>(List.of("branch", "-q", "-D"));
            for (int i = from; i < Math.min(count, from + 2 * AT_ONCE); i += 2) {
                words.add("made" + i);
            }
            git(git, words.toArray(String[]::new));
        }
        git(git, "reflog", "expire", "--expire=now", "--all");
    }

    private static Program.Result git(Path directory, String... words) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(words));
        return Program.run(directory, Map.of(), command);
    }
}
