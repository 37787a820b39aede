package dev.neon.compute.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How much memory trees of processes hold, from {@code /proc} (proc(5), Documentation/filesystems/proc.rst). Of each process its
 * proportional set size ({@code smaps_rollup}: a page that n processes map is a part of 1/n to each), so that what is shared within a tree
 * is counted once, and huge pages, which that leaves out. The kernel walks the page tables for it: half a millisecond for an
 * ordinary backend, and 11 ms for each gigabyte that a process has touched.
 *
 * <p>Where the kernel hides that (root without CAP_SYS_PTRACE, as in a container), {@code statm} stands in: what processes have for themselves, and once
 * the most that one of them shares. Pages that are shared since a fork then count for each.
 *
 * @param proc where it is mounted
 */
record ProcessMemory(Path proc) {
    private static final int KIB = 1 << 10;
    /** x86-64 has no other, and elsewhere the kernel tells by {@code smaps_rollup} as a rule. */
    private static final int PAGE = 4 * KIB;
    /** Fields of {@code statm}. */
    private static final int RESIDENT = 1, SHARED = 2;

    /**
     * What processes and all their descendants hold.
     *
     * @param parents of all processes of the machine, each with its parent
     * @param roots   process ids
     * @return bytes by root; those that are gone or hidden are left out
     */
    Map<Long, Long> ofTrees(Map<Long, Long> parents, Collection<Long> roots) {
        Map<Long, List<Long>> children = new HashMap<>();
        parents.forEach((process, parent) -> children.computeIfAbsent(parent, _ -> new ArrayList<>()).add(process));
        Map<Long, Long> held = new HashMap<>();
        for (long root : roots) {
            ofTree(children, root).ifPresent(bytes -> held.put(root, bytes));
        }
        return held;
    }

    private Optional<Long> ofTree(Map<Long, List<Long>> children, long root) {
        Optional<Held> first = of(root);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        long own = first.get().own;
        long shared = first.get().shared;
        Deque<Long> left = new ArrayDeque<>(children.getOrDefault(root, List.of()));
        while (!left.isEmpty()) {
            long process = left.remove();
            left.addAll(children.getOrDefault(process, List.of()));
            Optional<Held> held = of(process);
            if (held.isPresent()) {
                own += held.get().own;
                shared = Math.max(shared, held.get().shared);
            }
        }
        return Optional.of(own + shared);
    }

    /**
     * What one process holds, in bytes.
     *
     * @param own    to be added up within a tree
     * @param shared to be counted once in a tree
     */
    private record Held(long own, long shared) {}

    /** Empty if it is gone or hidden. */
    private Optional<Held> of(long process) {
        Path directory = proc.resolve(Long.toString(process));
        return read(directory.resolve("smaps_rollup")).filter(text -> !text.isEmpty()).map(ProcessMemory::proportional)
                .or(() -> read(directory.resolve("statm")).filter(text -> !text.isEmpty()).map(ProcessMemory::resident));
    }

    private static Held proportional(String rollup) {
        return new Held(kilobytes(rollup, "Pss:") + kilobytes(rollup, "Private_Hugetlb:"), kilobytes(rollup, "Shared_Hugetlb:"));
    }

    /** Of a line {@code Pss:   1484 kB}, in bytes; 0 if there is none. */
    private static long kilobytes(String rollup, String name) {
        try (Stream<String> lines = rollup.lines()) {
            return lines.filter(line -> line.startsWith(name)).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB).sum();
        }
    }

    private static Held resident(String statm) {
        String[] fields = statm.strip().split(" ");
        long resident = Long.parseLong(fields[RESIDENT]);
        long shared = Long.parseLong(fields[SHARED]);
        return new Held((resident - shared) * PAGE, shared * PAGE);
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.US_ASCII));
        } catch (IOException goneOrHidden) {
            return Optional.empty();
        }
    }
}
