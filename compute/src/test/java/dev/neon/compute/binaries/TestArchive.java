package dev.neon.compute.binaries;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Builds archives of programs; {@link #postgres} looks just enough like the real ones. */
final class TestArchive {
    private final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar;

    TestArchive() {
        try {
            tar = new TarArchiveOutputStream(new XZOutputStream(compressed, new LZMA2Options(0)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server that knows only its version. */
    static TestArchive postgres(String version) throws IOException {
        return new TestArchive()
                .file("bin/postgres", 0755, "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n")
                .file("share/postgres.bki", 0644, "# PostgreSQL\n")
                .link("lib/libpq.so", "libpq.so.5")
                .file("lib/libpq.so.5", 0644, "ELF");
    }

    TestArchive file(String name, int mode, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setMode(mode);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
        return this;
    }

    TestArchive link(String name, String target) throws IOException {
        return entry(name, TarConstants.LF_SYMLINK, target);
    }

    TestArchive hardLink(String name, String target) throws IOException {
        return entry(name, TarConstants.LF_LINK, target);
    }

    TestArchive device(String name) throws IOException {
        return entry(name, TarConstants.LF_CHR, "");
    }

    private TestArchive entry(String name, byte kind, String target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
        return this;
    }

    byte[] bytes() throws IOException {
        tar.close();
        return compressed.toByteArray();
    }

    Path txz(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    Path jar(Path file) throws IOException {
        try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(file))) {
            jar.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
            jar.putNextEntry(new ZipEntry("postgres-linux-x86_64.txz"));
            jar.write(bytes());
        }
        return file;
    }
}
