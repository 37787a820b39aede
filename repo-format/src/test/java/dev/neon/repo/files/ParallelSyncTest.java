package dev.neon.repo.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParallelSyncTest {
    @TempDir Path directory;

    @Test
    void syncsEachOnce() throws IOException {
        for (int count : new int[] {0, 1, 2, 8, 9, 50}) {
            List<Path> paths = paths(count);
            Map<Path, Integer> synced = new ConcurrentHashMap<>();
            new ParallelSync(steps(path -> synced.merge(path, 1, Integer::sum)), paths).run();
            assertEquals(count, synced.size());
            assertTrue(synced.values().stream().allMatch(times -> times == 1), synced.toString());
        }
    }

    @Test
    void waitsForAllAndReportsAFailure() {
        Map<Path, Integer> running = new ConcurrentHashMap<>();
        ParallelSync sync = new ParallelSync(steps(path -> {
            running.put(path, 1);
            LockSupport.parkNanos(20_000_000);
            running.remove(path);
            if (path.endsWith("5")) {
                throw new IOException("broken");
            }
        }), paths(40));
        assertEquals("broken", assertThrows(IOException.class, sync::run).getMessage());
        assertEquals(Map.of(), running);
    }

    @Test
    void syncsFilesAndDirectories() throws IOException {
        List<Path> paths = paths(10);
        for (Path path : paths) {
            Files.writeString(path, "text");
        }
        List<Path> all = new ArrayList<>(paths);
        all.add(directory);
        new NioFileSteps().syncAll(all);
        all.add(directory.resolve("missing"));
        assertThrows(NoSuchFileException.class, () -> new NioFileSteps().syncAll(all));
    }

    private List<Path> paths(int count) {
        List<Path> paths = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            paths.add(directory.resolve(Integer.toString(i)));
        }
        return paths;
    }

    private interface Sync {
        void sync(Path path) throws IOException;
    }

    /** Steps of which only one is taken. */
    private static FileSteps steps(Sync sync) {
        return (FileSteps) Proxy.newProxyInstance(FileSteps.class.getClassLoader(), new Class<?>[] {FileSteps.class},
                (proxy, method, arguments) -> {
                    assertEquals("sync", method.getName());
                    sync.sync((Path) arguments[0]);
                    return null;
                });
    }
}
