package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.SimpleFileServer.OutputLevel;
import dev.neon.cli.CommandLine;
import dev.neon.cli.framework.ExitCode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository's directory behind a web server that knows nothing of neon, and no ranges either. */
class WebServerTest {
    @TempDir
    Path directory;

    private RemoteLab lab;
    private CommandLine origin;
    private CommandLine hub;
    private HttpServer server;
    private String url;

    @BeforeEach
    void serve() {
        lab = new RemoteLab(directory);
        origin = lab.origin("a");
        hub = lab.bare("a", "hub.neon");
        server = SimpleFileServer.createFileServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), directory, OutputLevel.NONE);
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort() + "/hub.neon";
    }

    @AfterEach
    void stop() {
        server.stop(0);
        lab.close();
    }

    @Test
    void clonesAndFetches() {
        String none = new CommandLine(directory).run("clone", url, "none").err();
        assertTrue(none.contains("there is no repository at"), none);
        hub.ok("--repo", "hub.neon", "update-server-info");
        new CommandLine(directory).ok("clone", url, "b");
        CommandLine clone = lab.user("b");
        assertEquals("1,2", RemoteLab.rows(clone, "main"));
        assertEquals("1", RemoteLab.rows(clone, "v1"));
        clone.ok("fsck", "--full");
        RemoteLab.write(origin, "main", 3);
        clone.ok("fetch");
        assertEquals("1,2", RemoteLab.rows(clone, "origin/main"));
        // The list is there, so it is kept up to date.
        origin.ok("push", "../hub.neon", "main");
        clone.ok("pull");
        assertEquals("1,2,3", RemoteLab.rows(clone, "main"));
        RemoteLab.write(clone, "main", 4);
        clone.fails(ExitCode.UNSUPPORTED, "push");
    }
}
