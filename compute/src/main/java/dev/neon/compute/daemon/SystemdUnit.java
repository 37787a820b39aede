package dev.neon.compute.daemon;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A unit for systemd's manager of the user ({@code systemd.unit(5)}, {@code systemd.service(5)}). */
public final class SystemdUnit {
    /** Of the names of all units. */
    static final String PREFIX = "neon-pageserver-";

    private static final String RELOAD = "systemctl --user daemon-reload";

    private SystemdUnit() {}

    /** @param configuration the user's directory of configurations: XDG_CONFIG_HOME, else ~/.config */
    public static ServiceFile of(ServiceCommand command, Path configuration) {
        String name = PREFIX + command.name() + ".service";
        return new ServiceFile(configuration.resolve("systemd/user").resolve(name), text(command),
                List.of(RELOAD, "systemctl --user enable --now " + name), List.of(RELOAD, "systemctl --user enable " + name, restart(name)),
                List.of("systemctl --user disable --now " + name, RELOAD),
                "it ends when you log out and starts when you log in, unless 'loginctl enable-linger' has been run, with which it starts with the"
                        + " machine");
    }

    /** The command that restarts a unit of the user. */
    static String restart(String unit) {
        return "systemctl --user restart " + unit;
    }

    /**
     * The servers are processes of the unit, and are to survive it as they survive a page server that was started by hand. What keeps it from
     * starting at all, such as a port that is taken, is not tried for ever.
     */
    private static String text(ServiceCommand command) {
        String line = Stream.concat(Stream.of(quote(command.launcher().toString())),
                command.arguments().stream().map(word -> quote(word).replace("$", "$$"))).collect(Collectors.joining(" "));
        String variables = new TreeMap<>(command.environment()).entrySet().stream().map(SystemdUnit::variable).collect(Collectors.joining());
        return """
                # %s; 'neon pageserver install --uninstall' removes it.
                [Unit]
                Description=neon page server of %s
                StartLimitIntervalSec=120
                StartLimitBurst=5

                [Service]
                Type=exec
                ExecStart=%s
                %sKillMode=process
                Restart=on-failure
                RestartSec=5
                TimeoutStopSec=100

                [Install]
                WantedBy=default.target
                """.formatted(ServiceFile.MARK, oneLine(command.repository().toString()).replace("%", "%%"), line, variables);
    }

    private static String variable(Map.Entry<String, String> variable) {
        return "Environment=" + quote(variable.getKey() + '=' + variable.getValue()) + '\n';
    }

    /** A word as it stands in a unit, where a backslash, a quote and a percent sign have a meaning. */
    private static String quote(String word) {
        return '"' + word.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("%", "%%") + '"';
    }

    /** A line that ends with a backslash would go on in the next. */
    private static String oneLine(String text) {
        return text.replace('\n', ' ').replace('\\', '/');
    }
}
