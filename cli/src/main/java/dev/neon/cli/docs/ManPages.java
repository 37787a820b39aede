package dev.neon.cli.docs;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.CommandPage;
import dev.neon.cli.framework.CommandTree;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.OptionDeclaration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The man pages: {@code neon.1} and one for each command and each group. */
final class ManPages {
    private final CommandTree tree;

    ManPages(CommandTree tree) {
        this.tree = tree;
    }

    /** The pages by file name. */
    Map<String, String> pages() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("neon.1", overview());
        for (CommandTree.Node node : tree.nodes()) {
            if (node instanceof CommandTree.Group group) {
                pages.put(pageName(group.name()) + ".1", group(group));
            }
        }
        tree.leaves().forEach(leaf -> pages.put(pageName(leaf.path()) + ".1", command(leaf)));
        return pages;
    }

    private static String pageName(String path) {
        return "neon-" + path.replace(' ', '-');
    }

    private String overview() {
        Roff page = new Roff("NEON").section("NAME").line("neon - " + tree.summary())
                .section("SYNOPSIS").command("neon [options] <command> [<argument>...]")
                .section("COMMANDS");
        for (CommandTree.Section section : tree.sections()) {
            page.subsection(section.title());
            section.nodes().forEach(node -> page.entry(pageName(node.name()) + "(1)", ShellTables.summary(node)));
        }
        options(page, "OPTIONS", CommandPage.globalOptions());
        exits(page, ExitCode.ALL);
        return page.section("ENVIRONMENT")
                .entry("NEON_DIR", "the repository, as --repo")
                .entry("NEON_CACHE_DIR", "where unpacked PostgreSQL binaries are kept; else XDG_CACHE_HOME/neon, else "
                        + "~/.cache/neon")
                .entry("NEON_JAVA_HOME", "the Java to run on, before JAVA_HOME")
                .entry("NEON_DEBUG", "when set, errors come with a stack trace")
                .entry("NO_COLOR", "when set, no colours")
                .toString();
    }

    private String group(CommandTree.Group group) {
        Roff page = new Roff(pageName(group.name()).toUpperCase(java.util.Locale.ROOT))
                .section("NAME").line(pageName(group.name()) + " - " + group.summary())
                .section("SYNOPSIS").command("neon " + group.name() + " <command> [<argument>...]")
                .section("COMMANDS");
        group.leaves().forEach(leaf -> page.entry(pageName(leaf.path()) + "(1)", ShellTables.summary(leaf)));
        return seeAlso(page);
    }

    private String command(CommandTree.Leaf leaf) {
        Command command = leaf.factory().get();
        Description description = command.description();
        Roff page = new Roff(pageName(leaf.path()).toUpperCase(java.util.Locale.ROOT))
                .section("NAME").line(pageName(leaf.path()) + " - " + description.summary()).section("SYNOPSIS");
        CommandPage.synopses(leaf, command).forEach(page::command);
        page.section("DESCRIPTION");
        List<String> paragraphs = CommandPage.paragraphs(description);
        (paragraphs.isEmpty() ? List.of(description.summary() + ".") : paragraphs).forEach(page::paragraph);
        if (!command.parameters().isEmpty()) {
            page.section("ARGUMENTS");
            command.parameters().forEach(parameter -> page.entry('<' + parameter.label() + '>',
                    CommandPage.help(parameter.help(), parameter.values())));
        }
        options(page, "OPTIONS", command.options());
        options(page, "GLOBAL OPTIONS", CommandPage.globalOptions());
        page.section("EXAMPLES");
        description.examples().forEach(example -> page.entry(example.commandLine(), example.what()));
        exits(page, description.allExits());
        return seeAlso(page);
    }

    private static String seeAlso(Roff page) {
        return page.section("SEE ALSO").line("neon(1)").toString();
    }

    private static void options(Roff page, String title, List<OptionDeclaration> options) {
        if (!options.isEmpty()) {
            page.section(title);
            options.forEach(option -> page.entry(option.title(), CommandPage.help(option.help(), option.values())));
        }
    }

    private static void exits(Roff page, List<ExitCode> codes) {
        page.section("EXIT STATUS");
        codes.forEach(code -> page.entry(Integer.toString(code.number()), code.meaning()));
    }
}
