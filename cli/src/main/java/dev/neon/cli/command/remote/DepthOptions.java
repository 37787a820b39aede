package dev.neon.cli.command.remote;

import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.UsageException;
import dev.neon.repo.Lsn;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.sync.Depth;
import java.time.Clock;

/** {@code --depth-lsn} and {@code --depth-time}. */
final class DepthOptions {
    static final String LSN_HELP = "only history from this LSN on";
    static final String TIME_HELP = "only history since: a duration as 7d or '1 day'";

    private DepthOptions() {}

    static Depth depth(Option<String> lsn, Option<String> time, Clock clock) {
        if (lsn.isPresent() && time.isPresent()) {
            throw new UsageException("'--depth-lsn' and '--depth-time' exclude each other");
        }
        if (lsn.isPresent()) {
            return new Depth.SinceLsn(Lsn.parse(lsn.get().orElseThrow()));
        }
        return time.isPresent() ? new Depth.SinceTime(clock.instant().minus(RepositoryConfig.parseDuration("--depth-time",
                time.get().orElseThrow().replace(" ", "")))) : Depth.ALL;
    }
}
