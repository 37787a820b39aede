package dev.neon.cli;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.process.TestJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A directory as neon is installed in, with the classes of this test run behind its launcher. */
public final class InstalledNeon {
    private InstalledNeon() {}

    /** Makes the directory what it is to be; returns the launcher. */
    public static Path in(Path home) throws IOException {
        if (Files.notExists(home.resolve("dist"))) {
            Files.createDirectories(home.resolve("dist"));
            Files.createSymbolicLink(home.resolve("dist/postgres"), TestPostgres.jars());
        }
        List<String> java = new ArrayList<>(TestJvm.command(System.getProperty("java.class.path"), Main.class));
        java.addAll(1, List.of("--enable-native-access=ALL-UNNAMED", "-Dneon.home=" + home, "-Dneon.terminals="));
        Path launcher = home.resolve("neon");
        Files.writeString(launcher, "#!/bin/sh\nexec " + java.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" ")) + " \"$@\"\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        return launcher;
    }
}
