package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.compute.proxy.StartupPacket.Parameter;
import dev.neon.compute.proxy.StartupPacket.Startup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where a branch can be named, and what PostgreSQL gets then. */
class BranchChoiceTest {
    private static BranchChoice of(String... namesAndValues) {
        List<Parameter> parameters = new ArrayList<>(List.of(new Parameter("user", "u")));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            parameters.add(new Parameter(namesAndValues[i], namesAndValues[i + 1]));
        }
        return BranchChoice.of(new Startup(3 << 16, parameters));
    }

    private static void is(String branch, String left, String... namesAndValues) {
        BranchChoice choice = of(namesAndValues);
        assertEquals(Optional.of(branch).filter(name -> !name.isEmpty()), choice.revision());
        assertEquals("user=u" + left, String.join(",", choice.forwarded().parameters().stream()
                .map(parameter -> parameter.name() + '=' + parameter.value()).toList()));
    }

    @Test
    void places() {
        is("", ",database=d", "database", "d");
        is("b", ",database=d", "branch", "b", "database", "d");
        is("b", "", "options", "branch=b");
        is("b", "", "options", " -c branch=b ");
        is("b", "", "options", "-cneon.branch=b");
        is("b", "", "options", "--branch=b");
        is("b", ",options=-c geqo=off -c work_mem=1MB", "options", "-c geqo=off -c NEON.Branch=b -c work_mem=1MB");
        is("b", ",database=d", "database", "d@b");
        is("b", "", "database", "@b");
        is("main@{10 minutes ago}", ",database=postgres", "database", "postgres@main@{10 minutes ago}");
        is("main@{10 minutes ago}", "", "options", "-c branch=main@{10\\ minutes\\ ago}");
        is("", ",database=d", "database", "d@");
    }

    @Test
    void theFirstPlaceCounts() {
        is("p", ",database=d@x", "database", "d@x", "options", "branch=o", "branch", "p");
        is("o", ",database=d@x", "database", "d@x", "options", "branch=o");
        is("last", "", "options", "branch=o --neon.branch=last");
    }

    @Test
    void whatNamesNoBranchIsLeft() {
        is("", ",options=-c search_path=a\\ branch=b -c", "options", "-c search_path=a\\ branch=b -c");
        is("", ",options=-c subbranch=b", "options", "-c subbranch=b");
        is("", ",_pq_.branch=b", "_pq_.branch", "b");
    }

    @Test
    void namesAreUtf8() {
        is("ä", "", "branch", "\u00c3\u00a4");
    }
}
