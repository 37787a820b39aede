package dev.neon.cli.framework;

import java.util.Map;
import java.util.Optional;

/** Commands of git that neon does not have, and what people may mean by them here. */
final class GitWords {
    private static final Map<String, String> HINTS = Map.ofEntries(
            Map.entry("add", "Nothing is staged: 'neon commit -m <message>' keeps all that was done."),
            Map.entry("rm", "'neon branch -d <name>' deletes a branch, 'neon tag -d <name>' a tag."),
            Map.entry("mv", "'neon branch -m <old> <new>' renames a branch."),
            Map.entry("merge", "Databases are not merged: 'neon pull' brings a branch forward, 'neon branch -f <name> <revision>' moves one."),
            Map.entry("rebase", "Databases are not merged: 'neon checkout <branch>' begins at its end, where the change can be made again."),
            Map.entry("cherry-pick", "Databases are not merged: 'neon checkout <branch>' begins at its end, where the change can be made again."),
            Map.entry("revert", "'neon undo' takes the last operation back, 'neon reset <revision>' brings a branch back to a point."),
            Map.entry("restore", "'neon checkout --discard' leaves what is not committed, 'neon reset <revision>' brings a branch back to a point."),
            Map.entry("show", "'neon log -1 <revision>' shows what was done last there."),
            Map.entry("worktree", "Branches can be used side by side: 'neon start <branch>' starts a server on each."));

    private GitWords() {}

    static Optional<String> hint(String word) {
        return Optional.ofNullable(HINTS.get(word));
    }
}
