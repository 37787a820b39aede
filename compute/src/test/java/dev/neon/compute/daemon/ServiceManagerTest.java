package dev.neon.compute.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Cgroups as they are on machines with systemd 247 to 257. */
class ServiceManagerTest {
    private static final String UNIT = "neon-pageserver-r-0123abcd.service";
    private static final String OF_USER = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/" + UNIT + "\n";

    private static Optional<String> restart(Map<String, String> variables, String cgroups) {
        return ServiceManager.restart(4711, variables, cgroups);
    }

    @Test
    void aUnitOfTheUserOrTheMachine() {
        Map<String, String> itself = Map.of("SYSTEMD_EXEC_PID", "4711");
        assertEquals(Optional.of("systemctl --user restart " + UNIT), restart(itself, OF_USER));
        assertEquals(Optional.of("systemctl restart pages.service"), restart(itself, "0::/system.slice/pages.service\n"));
        String both = "2:cpu:/\n1:name=systemd:/user.slice/user-1000.slice/user@1000.service/" + UNIT + "\n0::/x\n";
        assertEquals(Optional.of("systemctl --user restart " + UNIT), restart(itself, both));
        assertEquals(Optional.of("systemctl --user restart " + UNIT), restart(Map.of(), OF_USER), "of a systemd that does not tell");
    }

    @Test
    void whatAUnitHasStartedIsNotTheUnit() {
        Map<String, String> other = Map.of("SYSTEMD_EXEC_PID", "4000");
        assertEquals(Optional.empty(), restart(other, OF_USER));
        assertEquals(Optional.empty(), restart(Map.of(), "0::/user.slice/user-1000.slice/user@1000.service/app.slice/gnome-terminal-server.service\n"));
        assertEquals(Optional.empty(), restart(other, "0::/user.slice/user-1000.slice/session-2.scope\n"));
        assertEquals(Optional.empty(), restart(Map.of(), "0::/\n"));
        assertEquals(Optional.empty(), restart(Map.of(), ""));
    }

    @Test
    void aJobOfLaunchd() {
        assertEquals(Optional.of("launchctl kickstart -k gui/$(id -u)/dev.neon.pageserver.r-0123abcd"),
                restart(Map.of("XPC_SERVICE_NAME", "dev.neon.pageserver.r-0123abcd"), ""));
        assertEquals(Optional.empty(), restart(Map.of("XPC_SERVICE_NAME", "0"), ""));
        assertEquals(Optional.empty(), restart(Map.of("XPC_SERVICE_NAME", "application.com.apple.Terminal.1152921500311879711"), ""));
    }
}
