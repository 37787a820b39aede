package dev.neon.compute.binaries;

import dev.neon.postgres.PostgresMajor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The embedded PostgreSQL that this build knows; filled in by Maven.
 *
 * @param group    of the Maven artifacts
 * @param artifact their name, with the platform
 * @param platform for example {@code linux-amd64}
 * @param versions by major, of the artifact: {@code 18.6.0} is PostgreSQL 18.6
 */
record EmbeddedVersions(String group, String artifact, String platform, SortedMap<Integer, String> versions) {
    static EmbeddedVersions ofThisBuild() {
        Properties properties = new Properties();
        try (InputStream in = EmbeddedVersions.class.getResourceAsStream("embedded.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        SortedMap<Integer, String> versions = new TreeMap<>();
        for (PostgresMajor major : PostgresMajor.values()) {
            versions.put(major.number(), properties.getProperty(major.toString()));
        }
        return new EmbeddedVersions(properties.getProperty("group"), properties.getProperty("artifact"),
                properties.getProperty("platform"), versions);
    }

    /** What the server of that artifact calls itself: {@code 18.6}. */
    String serverVersion(int major) {
        String version = versions.get(major);
        return version.substring(0, version.lastIndexOf('.'));
    }

    String jarName(int major) {
        return artifact + "-" + versions.get(major) + ".jar";
    }

    String coordinates(int major) {
        return group + ":" + artifact + ":" + versions.get(major);
    }
}
