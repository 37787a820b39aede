package dev.neon.repo.promise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.Lsn;
import dev.neon.repo.PromisedPart;
import dev.neon.repo.Promisor;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.TransferFailedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.timeline.TimelineStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromisesTest {
    private static final TimelineId TIMELINE = new TimelineId("76cf9279915be7797095241638e64644");
    private static final String TEXT = """
            version: 1
            end: 0/5A3C0D8
            wal: 0/1000000 0/3000000
            wal: 0/4000000 0/5A3C0D8
            snapshot: 0/15ECF68
            snapshot: 1/0
            """;

    @TempDir
    Path repository;

    private final List<PromisedPart> asked = new ArrayList<>();

    private Promises promises(Promisor promisor) {
        DurableFiles files = new DurableFiles(new NioFileSteps());
        return new Promises(repository, new TimelineStore(repository.resolve("timelines"), files), files, promisor);
    }

    private Path file() throws Exception {
        return Files.createDirectories(repository.resolve("timelines").resolve(TIMELINE.hex())).resolve("promised");
    }

    private static Lsn lsn(String text) {
        return Lsn.parse(text);
    }

    private static Promise.Run run(String from, String to) {
        return new Promise.Run(lsn(from), lsn(to));
    }

    private static Promise promise() {
        return new Promise(lsn("0/5A3C0D8"), List.of(run("0/1000000", "0/3000000"), run("0/4000000", "0/5A3C0D8")),
                new TreeSet<>(List.of(lsn("0/15ECF68"), lsn("1/0"))));
    }

    @Test
    void theFile() throws Exception {
        Promises promises = promises(Promisor.NONE);
        assertEquals(Optional.empty(), promises.of(TIMELINE));
        promises.write(file().getParent(), promise());
        // From another program: crc32c of the lines above.
        assertEquals(TEXT + "checksum: 59c6cd36\n", Files.readString(file()));
        assertEquals(Optional.of(promise()), promises.of(TIMELINE));
        promises.remove(TIMELINE);
        assertEquals(Optional.empty(), promises.of(TIMELINE));
    }

    @Test
    void damages() throws Exception {
        Promises promises = promises(Promisor.NONE);
        promises.write(file().getParent(), promise());
        byte[] whole = Files.readAllBytes(file());
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 1;
            Files.write(file(), flipped);
            assertThrows(CorruptFileException.class, () -> promises.of(TIMELINE), "byte " + i);
            Files.write(file(), java.util.Arrays.copyOf(whole, i));
            assertThrows(CorruptFileException.class, () -> promises.of(TIMELINE), "cut at " + i);
        }
        for (String text : List.of("version: 2\nend: 0/1\n", "version: 1\n", "version: 1\nend: x\n", "version: 1\nend: 0/1\nwal: 0/1\n",
                "version: 1\nend: 0/1\nother: 0/1\n")) {
            Files.writeString(file(), text + "checksum: "
                    + dev.neon.repo.files.TextChecksum.of(text.getBytes(StandardCharsets.UTF_8)) + "\n");
            assertThrows(CorruptFileException.class, () -> promises.of(TIMELINE), text);
        }
    }

    @Test
    void together() {
        Promise more = new Promise(lsn("0/7000000"), List.of(run("0/5000000", "0/7000000"), run("0/3000000", "0/4000000")),
                new TreeSet<>(List.of(lsn("0/6000000"))));
        Promise both = promise().with(more);
        assertEquals(new Promise(lsn("0/7000000"), List.of(run("0/1000000", "0/7000000")),
                new TreeSet<>(List.of(lsn("0/15ECF68"), lsn("0/6000000"), lsn("1/0")))), both);
        assertEquals(both, more.with(promise()));
        assertEquals(List.of(run("0/2000000", "0/3000000"), run("0/4000000", "0/5000000")),
                promise().between(lsn("0/2000000"), lsn("0/5000000")));
        assertEquals(List.of(), promise().between(lsn("0/3000000"), lsn("0/4000000")));
        assertEquals(List.of(run("0/5000000", "0/5A3C0D8")), promise().between(lsn("0/5000000"), lsn("0/6000000")));
        assertTrue(new Promise(lsn("0/1"), List.of(), new TreeSet<>()).isEmpty());
    }

    @Test
    void whoIsAsked() {
        PromisedPart part = new PromisedPart.Wal(TIMELINE, lsn("0/1000000"), lsn("0/2000000"));
        promises((directory, parts) -> {
            assertEquals(repository, directory);
            asked.addAll(parts);
        }).fetch(List.of(part));
        promises((_, _) -> {
            throw new AssertionError("nothing was wanted");
        }).fetch(List.of());
        assertEquals(List.of(part), asked);
        String message = assertThrows(TransferFailedException.class, () -> promises(Promisor.NONE).fetch(List.of(part))).getMessage();
        assertTrue(message.startsWith("unable to read WAL from 0/1000000 to 0/2000000 of timeline '76cf"), message);
    }
}
