package dev.neon.cli.command.pageserver;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.io.Environment;
import dev.neon.cli.io.Output;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.daemon.LaunchAgent;
import dev.neon.compute.daemon.ServiceCommand;
import dev.neon.compute.daemon.ServiceFile;
import dev.neon.compute.daemon.SystemdUnit;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** {@code neon pageserver install}. */
public final class PageServerInstallCommand extends Command {
    /** Where Java and PostgreSQL are: a manager's own PATH may lack the places that the user's has, and so find another PostgreSQL or none. */
    private static final List<String> VARIABLES = List.of("PATH", "JAVA_HOME", "NEON_JAVA_HOME", "NEON_CACHE_DIR", "XDG_CACHE_HOME");

    private final Flag print = flag("--print").help("print the file and write nothing");
    private final Flag uninstall = flag("--uninstall").help("remove the file");

    @Override
    public Description description() {
        return Description.of("Have the system start the page server when you log in")
                .text("""
                        Writes a unit for systemd into ~/.config/systemd/user, or on macOS a property list for launchd into
                        ~/Library/LaunchAgents, and prints the commands that enable it. A file there that neon has not made is left alone. Each
                        repository has its own; one that is moved needs it anew.
                        """)
                .example("neon pageserver install", "Writes the file and prints the commands to run.")
                .example("neon pageserver install --print", "Shows what it would write.")
                .exits(ExitCode.NEGATIVE, ExitCode.NOT_A_REPOSITORY, ExitCode.CONFLICT, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        if (print.isSet() && uninstall.isSet()) {
            throw new UsageException("'--print' and '--uninstall' exclude each other");
        }
        Path repository = Workspaces.open(invocation).repository().directory();
        ServiceFile file = file(invocation.environment(),
                new ServiceCommand(repository, Background.launcher(invocation), variables(invocation.environment())));
        Output output = invocation.output();
        if (print.isSet()) {
            output.text(file.text());
            return ExitCode.OK;
        }
        if (uninstall.isSet()) {
            boolean wasThere = file.remove();
            output.note(wasThere ? "removed '" + file.path() + "'; these commands end what it has started:" : "'" + file.path() + "' is not there");
            if (wasThere) {
                file.disable().forEach(output::line);
            }
            return wasThere ? ExitCode.OK : ExitCode.NEGATIVE;
        }
        ServiceFile.Written written = file.write();
        output.note(switch (written) {
            case NEW -> "wrote '" + file.path() + "'; these commands enable it:";
            case CHANGED -> "changed '" + file.path() + "'; these commands enable it anew:";
            case NOTHING -> "nothing has changed in '" + file.path() + "'; these commands enable it:";
        });
        (written == ServiceFile.Written.CHANGED ? file.renew() : file.enable()).forEach(output::line);
        output.note(file.remark());
        return ExitCode.OK;
    }

    private static ServiceFile file(Environment environment, ServiceCommand command) {
        boolean isMac = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac");
        return isMac ? LaunchAgent.of(command, environment.home())
                : SystemdUnit.of(command, environment.configDirectory().getParent());
    }

    private static Map<String, String> variables(Environment environment) {
        Map<String, String> set = new TreeMap<>();
        for (String name : VARIABLES) {
            environment.variable(name).ifPresent(value -> set.put(name, value));
        }
        return set;
    }
}
