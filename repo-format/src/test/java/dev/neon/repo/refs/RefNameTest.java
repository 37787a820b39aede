package dev.neon.repo.refs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.error.InvalidInputException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.eclipse.jgit.lib.Repository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefNameTest {
    @Test
    void kindsAndShortNames() {
        assertEquals(RefName.Kind.HEAD, RefName.HEAD.kind());
        assertEquals(RefName.Kind.BRANCH, RefName.branch("a/b").kind());
        assertEquals("a/b", RefName.branch("a/b").shortName());
        assertEquals(RefName.Kind.TAG, RefName.tag("v1").kind());
        assertEquals("origin/x/y", RefName.remoteBranch("origin", "x/y").shortName());
        assertEquals(RefName.Kind.REMOTE_BRANCH, RefName.remoteBranch("origin", "x/y").kind());
        assertEquals("refs/remotes/origin/tags/v1", RefName.remoteTag("origin", "v1").full());
        assertEquals(RefName.Kind.REMOTE_TAG, RefName.remoteTag("origin", "v1").kind());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-x", "HEAD", "@", "refs/branches/x", "x@{1}", "x^", "x~1", "a..b", "a:b", ".a", "a/.b",
        "a.lock", "a.lock/b", "a/", "/a", "a//b", "a b", "a\tb", "a.", "x@0/15E0000", "a/x@0/15E0000",
        "76cf9279915be7797095241638e64644", "a\\b", "a*", "../../etc/passwd"})
    void namesThatNoBranchCanHave(String name) {
        assertThrows(InvalidInputException.class, () -> RefName.branch(name));
        assertThrows(InvalidInputException.class, () -> RefName.tag(name));
        assertThrows(InvalidInputException.class, () -> RefName.remoteBranch("origin", name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "feature/login-2", "a@b", "x@main", "HEAD/x", "head", "größe", "a.b", "x@0"})
    void namesThatABranchCanHave(String name) {
        assertEquals(name, RefName.branch(name).shortName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"refs", "refs/x", "refs/branches", "refs/branches/", "refs/remotes/origin", "config",
        "refs/remotes/origin/branches", "refs/remotes//branches/x", "refs/remotes/../branches/x", "../x"})
    void fullNamesThatNoRefCanHave(String full) {
        assertTrue(RefName.of(full).isEmpty());
    }

    @Property
    void whatGitRefusesIsRefused(@ForAll("names") String name) {
        if (RefName.of("refs/branches/" + name).isPresent()) {
            assertTrue(Repository.isValidRefName("refs/branches/" + name), name);
        }
    }

    @Property
    void whatGitAllowsIsAllowed(@ForAll("names") String name) {
        // JGit looks for ".lock" at the end of the whole name only; git refuses it at the end of any part.
        boolean neonsOwnRule = name.contains(".lock/") || name.startsWith("-") || name.equals("HEAD") || name.equals("@")
                || name.matches(".*@\\p{XDigit}+/\\p{XDigit}+");
        if (!neonsOwnRule && Repository.isValidRefName("refs/branches/" + name)) {
            assertEquals(name, RefName.branch(name).shortName());
        }
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("a", "b", "0", "/", ".", "..", ".lock", "@", "{", "}", "-", "~", "^", ":", "?", "*", "[",
                "\\", " ", "\t", "\u007f", "HEAD", "é").list().ofMinSize(0).ofMaxSize(6)
                .map(parts -> String.join("", parts));
    }
}
