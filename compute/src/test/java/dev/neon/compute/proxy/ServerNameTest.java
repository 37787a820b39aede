package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.repo.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which branch the name of a host means. */
class ServerNameTest {
    private static final List<String> BRANCHES = List.of("main", "heikki", "fix/team", "v1.2", "my_branch", "Upper", "a.b", "a-b", "c/d", "c_d", "Main",
            "m\u00fcller");

    private static Optional<String> revision(String host) {
        return ServerName.of(host.getBytes(StandardCharsets.UTF_8)).map(name -> name.revision(BRANCHES));
    }

    @Test
    void branches() {
        assertEquals(Optional.of("heikki"), revision("heikki.localhost"));
        assertEquals(Optional.of("heikki"), revision("HEIKKI.LocalHost."));
        assertEquals(Optional.of("fix/team"), revision("fix-team.localhost"));
        assertEquals(Optional.of("fix/team"), revision("fix.team.localhost"));
        assertEquals(Optional.of("v1.2"), revision("v1.2.localhost"));
        assertEquals(Optional.of("v1.2"), revision("v1-2.localhost"));
        assertEquals(Optional.of("my_branch"), revision("my_branch.localhost"));
        assertEquals(Optional.of("my_branch"), revision("my-branch.localhost"));
        assertEquals(Optional.of("Upper"), revision("upper.localhost"));
        assertEquals(Optional.of("m\u00fcller"), revision("m-ller.localhost"));
        assertEquals(Optional.of("m\u00fcller"), revision("m\u00fcller.localhost"));
        assertEquals(Optional.of("none"), revision("none.localhost"), "it may be a tag");
    }

    @Test
    void exactNamesComeFirst() {
        assertEquals(Optional.of("main"), revision("main.localhost"), "there is Main as well");
        assertEquals(Optional.of("a-b"), revision("a-b.localhost"));
        assertEquals(Optional.of("a.b"), revision("a.b.localhost"));
        assertEquals("server name 'c-d.localhost' could be branch 'c/d' or 'c_d'",
                assertThrows(InvalidInputException.class, () -> revision("c-d.localhost")).getMessage());
        assertEquals(Optional.of("c_d"), revision("c_d.localhost"));
    }

    @Test
    void otherHosts() {
        for (String host : List.of("", ".", "localhost", "localhost.", ".localhost", "127.0.0.1", "example.org", "heikki.localhost.org",
                "heikkilocalhost", "heikki.localhosts")) {
            assertEquals(Optional.empty(), revision(host), host);
        }
    }
}
