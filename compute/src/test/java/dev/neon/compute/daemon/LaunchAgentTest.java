package dev.neon.compute.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class LaunchAgentTest {
    @TempDir
    Path home;

    @Test
    void holdsTheCommandAsItIs() throws Exception {
        ServiceFile agent = LaunchAgent.of(new ServiceCommand(Path.of("/srv/r & d <1>/.neon"), Path.of("/opt/my neon/neon"),
                Map.of("JAVA_HOME", "/opt/j&k")), home);
        DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        // The document type is Apple's, and not to be fetched.
        parser.setEntityResolver((_, _) -> new InputSource(new StringReader("")));
        NodeList strings = parser.parse(new InputSource(new StringReader(agent.text()))).getElementsByTagName("string");
        List<String> texts = IntStream.range(0, strings.getLength()).mapToObj(i -> strings.item(i).getTextContent()).toList();
        String label = texts.getFirst();
        assertTrue(label.matches("dev\\.neon\\.pageserver\\.r-d-1-[0-9a-f]{8}"), label);
        assertEquals(List.of(label, "/opt/my neon/neon", "--repo", "/srv/r & d <1>/.neon", "pageserver", "start", "--foreground", "/opt/j&k",
                "Background"), texts);
        assertEquals(home.resolve("Library/LaunchAgents/" + label + ".plist"), agent.path());
        assertTrue(agent.write());
        assertFalse(agent.write());
        assertTrue(agent.remove());
        assertFalse(agent.remove());
    }
}
