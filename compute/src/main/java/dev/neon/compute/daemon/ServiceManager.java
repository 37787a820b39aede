package dev.neon.compute.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the service manager that has started a process is told to restart it. What a service has started in its turn inherits variables and unit, so
 * that these have to name the process itself.
 */
public final class ServiceManager {
    /** A service's line in {@code /proc/<pid>/cgroup}: of the one hierarchy there is, or of systemd's own. */
    private static final Pattern UNIT = Pattern.compile("(?m)^(?:0:|\\d+:name=systemd):(/.*?)([^/\\n]+\\.service)$");
    private static final String OF_A_USER = "/user@";

    private ServiceManager() {}

    /**
     * What a user is to type; empty if this process is no service.
     *
     * @param pid       its own
     * @param variables its environment
     */
    public static Optional<String> restart(long pid, Map<String, String> variables) {
        return restart(pid, variables, cgroups());
    }

    /** @param cgroups as {@code /proc/<pid>/cgroup} has them; empty where there is none */
    static Optional<String> restart(long pid, Map<String, String> variables, String cgroups) {
        String job = variables.getOrDefault("XPC_SERVICE_NAME", "");
        if (job.startsWith(LaunchAgent.PREFIX)) {
            return Optional.of(LaunchAgent.restart(job));
        }
        Matcher unit = UNIT.matcher(cgroups);
        if (!unit.find()) {
            return Optional.empty();
        }
        // Before systemd 248 nothing tells whether it is the unit's process or what that has started.
        String main = variables.get("SYSTEMD_EXEC_PID");
        boolean isUnits = main == null ? unit.group(2).startsWith(SystemdUnit.PREFIX) : main.equals(Long.toString(pid));
        if (!isUnits) {
            return Optional.empty();
        }
        return Optional.of(unit.group(1).contains(OF_A_USER) ? SystemdUnit.restart(unit.group(2)) : "systemctl restart " + unit.group(2));
    }

    private static String cgroups() {
        try {
            return Files.readString(Path.of("/proc/self/cgroup"));
        } catch (IOException elsewhere) {
            return "";
        }
    }
}
