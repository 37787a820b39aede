package dev.neon.cli.command.postgres;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Table;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.binaries.EmbeddedPostgres;

/** {@code neon postgres list}. */
public final class PostgresListCommand extends Command {
    private final Flag json = json();

    @Override
    public Description description() {
        return Description.of("List the embedded PostgreSQL versions")
                .text("Lists for each major the version that this neon knows, and whether it is installed.")
                .example("neon postgres list", "Lists PostgreSQL 14 to 18.")
                .exits(ExitCode.STORAGE_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        var offers = Workspaces.embedded(invocation).list();
        if (json.isSet()) {
            invocation.output().json(out -> out.array(offers, offer -> out.object(() -> out.put("major", offer.major())
                    .put("version", offer.version())
                    .put("installed", offer.installed().map(found -> found.version()))
                    .put("binDirectory", offer.installed().map(found -> found.binDir().toString())))));
            return ExitCode.OK;
        }
        Table table = new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT)
                .header("MAJOR", "VERSION", "STATE");
        offers.forEach(offer -> table.row(Integer.toString(offer.major()), offer.version(), state(offer)));
        invocation.output().table(table);
        return ExitCode.OK;
    }

    private static String state(EmbeddedPostgres.Offer offer) {
        return offer.installed().map(found -> "installed in " + found.binDir())
                .orElse(offer.jar().isPresent() ? "unpacked when first needed" : "not installed");
    }
}
