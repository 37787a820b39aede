package dev.neon.compute.daemon;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A property list for macOS's launchd ({@code launchd.plist(5)}). */
public final class LaunchAgent {
    /** Of the labels of all jobs. */
    static final String PREFIX = "dev.neon.pageserver.";

    private static final String DOMAIN = "gui/$(id -u)";

    private LaunchAgent() {}

    /** @param home the user's home directory */
    public static ServiceFile of(ServiceCommand command, Path home) {
        String label = PREFIX + command.name();
        Path file = home.resolve("Library/LaunchAgents").resolve(label + ".plist");
        String start = "launchctl bootstrap " + DOMAIN + ' ' + shell(file);
        String end = "launchctl bootout " + DOMAIN + '/' + label;
        return new ServiceFile(file, text(command, label), List.of(start), List.of(end, start), List.of(end),
                "it runs while you are logged in at the Mac's screen");
    }

    /** The command that restarts a job that is loaded. */
    static String restart(String label) {
        return "launchctl kickstart -k " + DOMAIN + '/' + label;
    }

    /**
     * The servers are of the page server's process group, and are to survive it. People wait for their answers: without a type, and in the
     * background all the more, launchd would hold down their share of the processor and of the disk. After SIGTERM the page server may wait for
     * servers that are just starting, where launchd would kill it after 20 s. What it says before it has a log goes where that will be, as with a
     * page server that is started by hand.
     */
    private static String text(ServiceCommand command, String label) {
        String log = escape(command.repository().resolve("run/pageserver.log").toString());
        String words = Stream.concat(Stream.of(command.launcher().toString(), "--quiet"), command.arguments().stream())
                .map(word -> "        <string>" + escape(word) + "</string>\n").collect(Collectors.joining());
        String variables = new TreeMap<>(command.environment()).entrySet().stream().map(LaunchAgent::variable).collect(Collectors.joining());
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
                <!-- %s -->
                <plist version="1.0">
                <dict>
                    <key>Label</key>
                    <string>%s</string>
                    <key>ProgramArguments</key>
                    <array>
                %s    </array>
                    <key>EnvironmentVariables</key>
                    <dict>
                %s    </dict>
                    <key>RunAtLoad</key>
                    <true/>
                    <key>KeepAlive</key>
                    <dict>
                        <key>SuccessfulExit</key>
                        <false/>
                    </dict>
                    <key>AbandonProcessGroup</key>
                    <true/>
                    <key>ProcessType</key>
                    <string>Interactive</string>
                    <key>ExitTimeOut</key>
                    <integer>100</integer>
                    <key>StandardOutPath</key>
                    <string>%s</string>
                    <key>StandardErrorPath</key>
                    <string>%s</string>
                </dict>
                </plist>
                """.formatted(ServiceFile.MARK, escape(label), words, variables, log, log);
    }

    private static String variable(Map.Entry<String, String> variable) {
        return "        <key>" + escape(variable.getKey()) + "</key>\n        <string>" + escape(variable.getValue()) + "</string>\n";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String shell(Path file) {
        return "'" + file.toString().replace("'", "'\\''") + "'";
    }
}
