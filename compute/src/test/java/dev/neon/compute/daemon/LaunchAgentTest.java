package dev.neon.compute.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.compute.process.ProgramRun;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXParseException;

class LaunchAgentTest {
    /** What launchd.plist(5) needs of Apple's document type, http://www.apple.com/DTDs/PropertyList-1.0.dtd, which is not to be fetched. */
    private static final String TYPE = """
            <!ENTITY % object "(array | dict | string | true | false | integer)">
            <!ELEMENT plist %object;>
            <!ATTLIST plist version CDATA "1.0">
            <!ELEMENT array (%object;)*>
            <!ELEMENT dict (key, %object;)*>
            <!ELEMENT key (#PCDATA)>
            <!ELEMENT string (#PCDATA)>
            <!ELEMENT true EMPTY>
            <!ELEMENT false EMPTY>
            <!ELEMENT integer (#PCDATA)>
            """;

    @TempDir
    Path home;

    private ServiceFile agent() {
        return LaunchAgent.of(new ServiceCommand(Path.of("/srv/r & d <1>/.neon"), Path.of("/opt/my neon/neon"),
                Map.of("JAVA_HOME", "/opt/j&k")), home);
    }

    private static Object parse(String text) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setValidating(true);
        factory.setIgnoringElementContentWhitespace(true);
        factory.setIgnoringComments(true);
        DocumentBuilder parser = factory.newDocumentBuilder();
        parser.setEntityResolver((name, _) -> {
            assertEquals("-//Apple//DTD PLIST 1.0//EN", name);
            return new InputSource(new StringReader(TYPE));
        });
        parser.setErrorHandler(new ErrorHandler() {
            @Override
            public void warning(SAXParseException problem) throws SAXParseException {
                throw problem;
            }

            @Override
            public void error(SAXParseException problem) throws SAXParseException {
                throw problem;
            }

            @Override
            public void fatalError(SAXParseException problem) throws SAXParseException {
                throw problem;
            }
        });
        return value(parser.parse(new InputSource(new StringReader(text))).getDocumentElement().getFirstChild());
    }

    private static Object value(Node node) {
        List<Node> children = children((Element) node);
        return switch (node.getNodeName()) {
            case "true" -> true;
            case "false" -> false;
            case "integer" -> Integer.parseInt(node.getTextContent());
            case "array" -> children.stream().map(LaunchAgentTest::value).toList();
            case "dict" -> {
                Map<String, Object> values = new LinkedHashMap<>();
                for (int i = 0; i < children.size(); i += 2) {
                    assertEquals("key", children.get(i).getNodeName());
                    values.put(children.get(i).getTextContent(), value(children.get(i + 1)));
                }
                yield values;
            }
            default -> node.getTextContent();
        };
    }

    private static List<Node> children(Element element) {
        NodeList nodes = element.getChildNodes();
        return new ArrayList<>(IntStream.range(0, nodes.getLength()).mapToObj(nodes::item).filter(Element.class::isInstance).toList());
    }

    /** Keys and types are those of launchd.plist(5). */
    @Test
    void holdsTheCommandAsItIs() throws Exception {
        ServiceFile agent = agent();
        String label = agent.path().getFileName().toString().replaceFirst("\\.plist$", "");
        assertTrue(label.matches("dev\\.neon\\.pageserver\\.r-d-1-[0-9a-f]{8}"), label);
        assertEquals(home.resolve("Library/LaunchAgents/" + label + ".plist"), agent.path());
        String log = "/srv/r & d <1>/.neon/run/pageserver.log";
        assertEquals(Map.of("Label", label,
                "ProgramArguments", List.of("/opt/my neon/neon", "--quiet", "--repo", "/srv/r & d <1>/.neon", "pageserver", "start", "--foreground"),
                "EnvironmentVariables", Map.of("JAVA_HOME", "/opt/j&k"), "RunAtLoad", true, "KeepAlive", Map.of("SuccessfulExit", false),
                "AbandonProcessGroup", true, "ProcessType", "Interactive", "ExitTimeOut", 100, "StandardOutPath", log,
                "StandardErrorPath", log), parse(agent.text()));
    }

    @Test
    void anotherParserTakesIt() throws Exception {
        Path program = Path.of("/usr/bin/plistutil");
        assumeTrue(Files.isExecutable(program), "no plistutil");
        Path file = Files.writeString(home.resolve("x.plist"), agent().text());
        ProgramRun run = ProgramRun.of(List.of(program.toString(), "-i", file.toString(), "-f", "json"), Duration.ofSeconds(60));
        assertTrue(run.output().contains("/srv/r & d <1>/.neon") || run.output().contains("\\/srv\\/r & d <1>"), run.output());
    }

    @Test
    void isWrittenAndRemoved() throws Exception {
        ServiceFile agent = agent();
        String label = agent.path().getFileName().toString().replaceFirst("\\.plist$", "");
        assertEquals(ServiceFile.Written.NEW, agent.write());
        assertEquals(ServiceFile.Written.NOTHING, agent.write());
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(agent.path())));
        Files.writeString(agent.path(), agent.text().replace("100", "20"));
        assertEquals(ServiceFile.Written.CHANGED, agent.write());
        String start = "launchctl bootstrap gui/$(id -u) '" + agent.path() + "'";
        assertEquals(List.of(start), agent.enable());
        assertEquals(List.of("launchctl bootout gui/$(id -u)/" + label, start), agent.renew());
        assertTrue(agent.remove());
        assertFalse(agent.remove());
    }
}
