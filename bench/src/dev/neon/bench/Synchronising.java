package dev.neon.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/** Clone, fetch and push over loopback, beside a bare copy of the same bytes and rsync. */
final class Synchronising implements Benchmark {
    @Override
    public String name() {
        return "sync";
    }

    @Override
    public String title() {
        return "clone of 1 GB, fetch and push of 1 MB over loopback, beside a raw copy and rsync";
    }

    @Override
    public void run(Lab lab) throws IOException {
        NeonRepository source = NeonRepository.init(lab, "source");
        source.neon("config", "set", "gc.auto", "false");
        int port = source.start("main");
        Sql.execute(port, "create table t as select g, md5(g::text) || md5((g * 7)::text) || md5((g * 13)::text) x"
                + " from generate_series(1, " + lab.scale(200_000, 4_500_000) + ") g");
        source.neon("stop", "main");
        source.neon("snapshot", "create", "main");
        String url = serve(lab, lab.path("."));
        Path timelines = source.neonDirectory().resolve("timelines");
        long bytes = bytes(timelines);
        lab.report().row("the repository has", "MB", new Samples().add(bytes / 1e6));
        first(lab, source, url, timelines);
        increment(lab, source, url, timelines);
        push(lab, source, url);
        source.close();
    }

    /** A first copy, each into a directory of its own that is removed after it. */
    private static void first(Lab lab, NeonRepository source, String url, Path timelines) {
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put("raw loopback copy of the same bytes", i -> removed(lab, lab.path("raw"), path -> LoopbackCopy.millis(timelines, path)));
        contestants.put("neon clone http://", i -> removed(lab, lab.path("http"), path -> neon(lab, lab.path("."), "clone", url + "/source", path.toString())));
        contestants.put("neon clone <path>", i -> removed(lab, lab.path("local"), path -> neon(lab, lab.path("."), "clone",
                source.directory().toString(), path.toString())));
        contestants.put("neon clone --no-hardlinks <path>", i -> removed(lab, lab.path("copied"), path -> neon(lab, lab.path("."), "clone",
                "--no-hardlinks", source.directory().toString(), path.toString())));
        if (lab.find("rsync").isPresent()) {
            contestants.put("rsync from a daemon, and sync", i -> removed(lab, lab.path("rsynced"), path -> rsync(lab, timelines, path)));
        } else {
            lab.report().missing("rsync from a daemon, and sync", "no rsync on PATH");
        }
        Map<String, Samples> times = Interleaved.run(contestants, lab.rounds(1, 5));
        times.forEach((what, samples) -> lab.report().row(what, "ms", samples));
        lab.report().row("… a raw copy's time over that of clone http://", "×",
                times.get("raw loopback copy of the same bytes").over(times.get("neon clone http://")), "≥ 0.8");
        if (times.containsKey("rsync from a daemon, and sync")) {
            lab.report().row("… rsync's over that of clone http://", "×",
                    times.get("rsync from a daemon, and sync").over(times.get("neon clone http://")), "> 1");
        }
    }

    private static void increment(Lab lab, NeonRepository source, String url, Path timelines) {
        Path clone = lab.path("kept");
        Path copy = lab.path("kept-rsync");
        neon(lab, lab.path("."), "clone", url + "/source", clone.toString());
        boolean hasRsync = lab.find("rsync").isPresent();
        if (hasRsync) {
            rsync(lab, timelines, copy);
        }
        Samples fetches = new Samples();
        Samples rsyncs = new Samples();
        for (int round = 0; round <= lab.rounds(1, 5); round++) {
            grow(source, round);
            double fetch = neon(lab, clone, "fetch");
            double rsync = hasRsync ? rsync(lab, timelines, copy) : 0;
            if (round > 0) {
                fetches.add(fetch);
                rsyncs.add(rsync);
            }
        }
        lab.report().row("neon fetch of 1 MB of WAL over http://", "ms", fetches);
        if (hasRsync) {
            lab.report().row("rsync of the same from a daemon, and sync", "ms", rsyncs);
            lab.report().row("… rsync's over that of fetch", "×", rsyncs.over(fetches), "> 1");
        }
    }

    private static void push(Lab lab, NeonRepository source, String url) {
        neon(lab, lab.path("."), "clone", "--bare", source.directory().toString(), lab.path("hub.neon").toString());
        Branching.createIn(lab.path("hub.neon"), lab.scale(200, 10_000));
        source.neon("remote", "add", "hub", url + "/hub");
        Samples pushes = new Samples();
        for (int round = 0; round <= lab.rounds(1, 5); round++) {
            grow(source, 100 + round);
            double millis = source.neon("push", "hub", "main").millis();
            if (round > 0) {
                pushes.add(millis);
            }
        }
        lab.report().row("neon push of 1 MB of WAL over http:// to " + lab.scale(200, 10_000) + " branches", "ms", pushes, "≤ 1000");
    }

    /** About 1 MB of WAL. */
    private static void grow(NeonRepository source, int round) {
        int port = source.start("main");
        Sql.execute(port, "create table grown" + round + " as select g, md5(g::text) x from generate_series(1, 9000) g");
        source.neon("stop", "main");
    }

    private interface Copy {
        double millis(Path to);
    }

    private static double removed(Lab lab, Path to, Copy copy) {
        double millis = copy.millis(to);
        lab.delete(to);
        return millis;
    }

    private static double neon(Lab lab, Path directory, String... words) {
        List<String> command = new ArrayList<>(List.of(lab.neon().toString()));
        command.addAll(List.of(words));
        return Program.run(directory, lab.environment(), command).millis();
    }

    /** Through a daemon, which is started for it, as neon's server runs already; its start takes some milliseconds. */
    private static double rsync(Lab lab, Path from, Path to) {
        int port = PlainServer.freePort();
        try {
            Path configuration = lab.path("rsyncd.conf");
            Files.writeString(configuration, "use chroot = no\n[all]\npath = " + from + "\nuid = " + System.getProperty("user.name") + "\n");
            Process daemon = new ProcessBuilder("rsync", "--daemon", "--no-detach", "--address=127.0.0.1", "--port=" + port,
                    "--config=" + configuration).start();
            try {
                Thread.sleep(300);
                return Program.run(lab.path("."), Map.of(), "sh", "-c", "rsync -a rsync://127.0.0.1:" + port + "/all/ '" + to
                        + "' && sync -f '" + to + "'").millis();
            } finally {
                daemon.destroy();
                daemon.waitFor();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Starts a server for all repositories of the benchmark; everybody may read, and push with the token in the environment. */
    private static String serve(Lab lab, Path root) {
        try {
            String token = Program.run(root, lab.environment(), lab.neon().toString(), "serve", "token", "create", "--root",
                    root.toString(), "--write", "bench").out().strip();
            Process process = new ProcessBuilder(lab.neon().toString(), "serve", "--http", "127.0.0.1:0", "--root", root.toString(),
                    "--access-log", lab.path("access.log").toString(), "--anonymous-read").redirectError(ProcessBuilder.Redirect.DISCARD).start();
            lab.atEnd(process::destroy);
            String address = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
            return address.replace("http://", "http://any:" + token + "@");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long bytes(Path tree) throws IOException {
        try (var files = Files.walk(tree)) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
