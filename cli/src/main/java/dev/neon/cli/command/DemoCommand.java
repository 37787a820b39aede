package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.Dispatcher;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.io.Environment;
import dev.neon.cli.io.Style;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code neon demo}: the main job with the real commands, in a temporary folder. */
final class DemoCommand extends Command {
    private static final String COUNT = "SELECT status, count(*) FROM orders GROUP BY 1 ORDER BY 1";

    private final Flag keep = flag("--keep").help("leave the repository and its servers for a closer look");
    private final Option<Integer> major = option("--pg-version").label("major").help("14 to 18, 18 if left out")
            .integer(1);

    @Override
    public Description description() {
        return Description.of("Show what neon does, in a temporary folder")
                .text("""
                        Makes a repository, starts PostgreSQL on it, loads data, branches, changes both branches, shows the
                        difference, removes every data directory and starts again. Each command is shown as it is typed.
                        Afterwards everything is removed.
                        """)
                .example("neon demo", "Runs it; takes a few seconds.")
                .exits(ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED,
                        ExitCode.UNSUPPORTED);
    }

    @Override
    protected ExitCode run(Invocation invocation) throws IOException {
        Path folder = Files.createTempDirectory("neon-demo-");
        Environment environment = invocation.environment().in(folder).without("NEON_DIR");
        Dispatcher neon = new Dispatcher(invocation.tree());
        try {
            play(invocation, environment, neon);
        } finally {
            // An interrupted thread could not stop the servers.
            boolean interrupted = Thread.interrupted();
            if (!keep.isSet()) {
                neon.run(environment, "-q", "stop", "--all", "--mode", "immediate");
                new DurableFiles(new NioFileSteps()).deleteTree(folder);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        say(invocation, keep.isSet() ? "The repository is in " + folder + "; 'neon stop --all' there ends its servers."
                : "That was all; the temporary folder is gone again.");
        return ExitCode.OK;
    }

    private void play(Invocation invocation, Environment environment, Dispatcher neon) throws IOException {
        Script script = new Script(invocation, environment, neon);
        say(invocation, "A repository holds every version of a PostgreSQL cluster. Here is a new one, in "
                + environment.directory() + ".");
        script.neon("init", "--pg-version", Integer.toString(major.orElse(18)));
        say(invocation, "Stock PostgreSQL runs on a branch. Load 100,000 orders.");
        script.neon("start", "main");
        script.sql("main", "CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL); INSERT INTO orders"
                + " SELECT g, 'new' FROM generate_series(1, 100000) g");
        say(invocation, "Branch while the server runs. That copies nothing.");
        script.neon("branch", "heikki", "main");
        say(invocation, "Both branches are independent servers. Change both.");
        script.neon("start", "heikki");
        script.sql("heikki", "UPDATE orders SET status = 'shipped' WHERE id <= 40000");
        script.sql("main", "DELETE FROM orders WHERE id > 90000");
        say(invocation, "Neither sees what the other did.");
        script.sql("main", COUNT);
        script.sql("heikki", COUNT);
        say(invocation, "Name a point before a risky migration, then do the damage.");
        script.neon("tag", "-m", "before the migration", "before-migration", "main");
        script.sql("main", "DROP TABLE orders");
        say(invocation, "Stop everything and throw away every data directory. The repository has it all.");
        script.neon("stop", "--all");
        script.remove(environment.directory().resolve(".neon/datadirs"));
        script.neon("start", "heikki");
        script.sql("heikki", COUNT);
        say(invocation, "And the table that main dropped is one branch away.");
        script.neon("branch", "rescue", "before-migration");
        script.neon("start", "rescue");
        script.sql("rescue", COUNT);
        script.neon("branch");
    }

    private static void say(Invocation invocation, String text) {
        invocation.output().line("");
        invocation.output().line(invocation.output().paint(Style.BOLD, "# " + text));
        invocation.output().flush();
    }

    /** Runs command lines and shows them first. */
    private record Script(Invocation invocation, Environment environment, Dispatcher dispatcher) {
        void neon(String... words) {
            show("neon " + Stream.of(words).map(word -> word.contains(" ") ? "'" + word + "'" : word)
                    .collect(Collectors.joining(" ")));
            run(words);
        }

        void sql(String branch, String statement) {
            show("neon psql " + branch + " -c \"" + statement + '"');
            run("psql", branch, "-X", "-c", statement);
        }

        void remove(Path directory) {
            show("rm -rf " + environment.directory().relativize(directory));
            new DurableFiles(new NioFileSteps()).deleteTree(directory);
        }

        private void run(String... words) {
            invocation.output().flush();
            int status = dispatcher.run(environment, words);
            if (status != 0) {
                throw new ConflictException("the demonstration stopped at 'neon " + String.join(" ", List.of(words))
                        + "' with exit code " + status, "The message above says why.");
            }
        }

        private void show(String line) {
            invocation.output().line(invocation.output().paint(Style.CYAN, "$ " + line));
        }
    }
}
