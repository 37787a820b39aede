package dev.neon.compute.daemon;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A property list for macOS's launchd ({@code launchd.plist(5)}). */
public final class LaunchAgent {
    private LaunchAgent() {}

    /** @param home the user's home directory */
    public static ServiceFile of(ServiceCommand command, Path home) {
        String label = "dev.neon.pageserver." + command.name();
        Path file = home.resolve("Library/LaunchAgents").resolve(label + ".plist");
        return new ServiceFile(file, text(command, label), List.of("launchctl bootstrap gui/$(id -u) " + shell(file)),
                List.of("launchctl bootout gui/$(id -u)/" + label));
    }

    /** The servers are of the page server's process group, and are to survive it. */
    private static String text(ServiceCommand command, String label) {
        String words = Stream.concat(Stream.of(command.launcher().toString()), command.arguments().stream())
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
                    <string>Background</string>
                </dict>
                </plist>
                """.formatted(ServiceFile.MARK, escape(label), words, variables);
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
