package dev.neon.cli;

import dev.neon.cli.command.Commands;
import dev.neon.cli.docs.GeneratedFiles;
import java.io.IOException;
import java.nio.file.Path;

/** A step of the build: writes man pages and completion scripts into the source tree. */
final class DocumentationMain {
    private DocumentationMain() {}

    /**
     * Writes the files.
     *
     * @param arguments the root of the source tree
     */
    public static void main(String[] arguments) throws IOException {
        GeneratedFiles.write(Commands.tree(), Path.of(arguments[0]));
    }
}
