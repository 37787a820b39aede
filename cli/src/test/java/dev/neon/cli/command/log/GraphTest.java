package dev.neon.cli.command.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.timeline.Ancestor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Drawings of histories that are made up: each entry is a letter for its timeline and its LSN. */
class GraphTest {
    private final Map<TimelineId, List<Integer>> entries = new HashMap<>();
    private final Map<TimelineId, Ancestor> parents = new HashMap<>();

    @Test
    void oneTimeline() {
        has('a', 3, 2, 1);
        draws("""
                * a3
                * a2
                * a1
                """, "a3 a2 a1");
    }

    @Test
    void forksAsGitDrawsBranches() {
        has('a', 4, 2, 2, 1);
        fork('b', 'a', 2, 5, 3);
        draws("""
                * b5
                | * a4
                * | b3
                |/
                * a2
                * a2
                * a1
                """, "b5 a4 b3 a2 a2 a1");
    }

    @Test
    void aLineWaitsWhereItsParentHasMore() {
        has('a', 9, 8, 7, 2);
        fork('b', 'a', 5, 10);
        draws("""
                * b10
                | * a9
                | * a8
                | * a7
                |/
                * a2
                """, "b10 a9 a8 a7 a2");
    }

    @Test
    void severalLinesFromOneFork() {
        has('a', 20, 2);
        fork('b', 'a', 5, 19);
        fork('c', 'a', 5, 18);
        fork('d', 'b', 18, 17);
        draws("""
                * a20
                | * b19
                |/
                | * c18
                |/
                * a2
                """, "a20 b19 c18 a2");
        has('a', 20, 8, 2);
        draws("""
                * a20
                | * b19
                | | * c18
                | |/
                * | a8
                |/
                * a2
                """, "a20 b19 c18 a8 a2");
    }

    @Test
    void farLinesTakeTwoRows() {
        has('a', 20, 3);
        fork('b', 'a', 4, 19, 9);
        fork('c', 'b', 6, 18, 10);
        has('x', 17, 1);
        fork('d', 'a', 4, 16);
        draws("""
                * a20
                | * b19
                | | * c18
                | | | * x17
                | | | | * d16
                | |_|_|/
                |/| | |
                | | * | c10
                | * | | b9
                |/ / /
                |/ /
                * | a3
                 /
                * x1
                """, "a20 b19 c18 x17 d16 c10 b9 a3 x1");
    }

    @Test
    void aRootBetweenOthersLetsThemCloseUp() {
        has('a', 9, 1);
        has('b', 8);
        has('c', 7, 2);
        draws("""
                * a9
                | * b8
                | * c7
                | * c2
                * a1
                """, "a9 b8 c7 c2 a1");
        has('b', 8, 6);
        draws("""
                * a9
                | * b8
                | | * c7
                | * | b6
                |  /
                | * c2
                * a1
                """, "a9 b8 c7 b6 c2 a1");
    }

    @Test
    void textOfSeveralLinesStandsBesideTheRows() {
        has('a', 4, 2);
        fork('b', 'a', 2, 5);
        Graph graph = new Graph(history(), (style, text) -> text);
        take('b', 5);
        assertEquals(List.of("* first", "| second"), graph.beside(id('b'), new Lsn(5), List.of("first", "second")));
        assertEquals("|", graph.between());
        take('a', 4);
        assertEquals(List.of("| * first", "|/  second", "|   third"),
                graph.beside(id('a'), new Lsn(4), List.of("first", "second", "third")));
    }

    private void has(char timeline, Integer... lsns) {
        entries.put(id(timeline), new ArrayList<>(List.of(lsns)));
    }

    private void fork(char timeline, char parent, int lsn, Integer... lsns) {
        has(timeline, lsns);
        parents.put(id(timeline), new Ancestor(id(parent), new Lsn(lsn), ""));
    }

    private static TimelineId id(char timeline) {
        return new TimelineId(Character.toString(timeline == 'x' ? 'e' : timeline).repeat(32));
    }

    private void take(char timeline, int lsn) {
        assertEquals(lsn, entries.get(id(timeline)).removeFirst());
    }

    private void draws(String expected, String order) {
        Map<TimelineId, List<Integer>> before = new HashMap<>();
        entries.forEach((timeline, left) -> before.put(timeline, new ArrayList<>(left)));
        Graph graph = new Graph(history(), (style, text) -> text);
        StringBuilder drawn = new StringBuilder();
        for (String entry : order.split(" ")) {
            int lsn = Integer.parseInt(entry.substring(1));
            take(entry.charAt(0), lsn);
            graph.beside(id(entry.charAt(0)), new Lsn(lsn), List.of(entry))
                    .forEach(line -> drawn.append(line).append('\n'));
        }
        assertEquals(expected, drawn.toString());
        entries.clear();
        entries.putAll(before);
    }

    private Graph.History history() {
        return new Graph.History() {
            @Override
            public Optional<Lsn> nextOn(TimelineId timeline) {
                return entries.getOrDefault(timeline, List.of()).stream().findFirst().map(Lsn::new);
            }

            @Override
            public Optional<Ancestor> before(TimelineId timeline) {
                return Optional.ofNullable(parents.get(timeline));
            }
        };
    }
}
