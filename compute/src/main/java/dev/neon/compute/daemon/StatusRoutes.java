package dev.neon.compute.daemon;

import dev.neon.compute.proxy.PageServer;
import dev.neon.compute.workspace.Branches;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.metrics.PrometheusText;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the paths of the HTTP endpoint lead to. */
final class StatusRoutes {
    private static final Pattern STOP = Pattern.compile("/servers/(.+)/stop");
    private static final Pattern SNAPSHOT = Pattern.compile("/snapshot/(.+)");
    private static final String GC = "/gc";
    private static final List<String> READ = List.of("/live", "/ready", "/status", "/metrics");

    private final DaemonParts parts;
    private final Supplier<Workspace> workspaces;

    StatusRoutes(DaemonParts parts, Supplier<Workspace> workspaces) {
        this.parts = parts;
        this.workspaces = workspaces;
    }

    /** The answer to a GET; changes nothing. */
    Answer get(String path) {
        return switch (path) {
            case "/live" -> Answer.text(200, "live");
            case "/ready" -> Answer.text(parts.readiness().state() == Readiness.State.READY ? 200 : 503, parts.readiness().sentence());
            case "/status" -> {
                DaemonReport report = parts.report(workspaces);
                yield Answer.json(200, json -> StatusJson.write(json, report));
            }
            case "/metrics" -> Answer.of(PrometheusText.CONTENT_TYPE, MetricsText.of(parts.report(workspaces)));
            default -> isChange(path) ? wrongMethod("POST") : unknown();
        };
    }

    /** The answer to a POST of somebody who may change things. */
    Answer post(String path) {
        Matcher stop = STOP.matcher(path);
        Matcher snapshot = SNAPSHOT.matcher(path);
        try {
            if (stop.matches()) {
                return stop(stop.group(1));
            } else if (snapshot.matches()) {
                return snapshot(snapshot.group(1));
            } else if (path.equals(GC)) {
                return asked(parts.housekeeping(), Job.collection());
            }
            return READ.contains(path) ? wrongMethod("GET, HEAD") : unknown();
        } catch (NotFoundException | InvalidInputException none) {
            return Answer.error(404, withHint(String.valueOf(none.getMessage()), none.hint()));
        } catch (BusyException busy) {
            return Answer.error(409, withHint(String.valueOf(busy.getMessage()), busy.hint()));
        }
    }

    private Answer stop(String branch) {
        Optional<PageServer> server = parts.server();
        if (server.isEmpty()) {
            return Answer.error(503, parts.readiness().sentence());
        }
        server.get().stop(branch);
        return Answer.json(200, json -> json.writeStringField("stopped", branch));
    }

    private Answer snapshot(String name) {
        Workspace workspace = workspaces.get();
        RefName branch = workspace.resolver().branchNamed(name).orElseThrow(() -> new NotFoundException(
                "'" + name + "' is no branch", "'neon branch' lists the branches."));
        Optional<RefTarget> target = workspace.repository().refs().read(branch);
        if (target.isPresent() && new WalLag(workspace).of(Branches.timelineOf(target.get())).filter(lag -> lag == 0).isPresent()) {
            return Answer.json(200, json -> json.writeStringField("unchanged", branch.shortName()));
        }
        return asked(parts.housekeeping(), Job.snapshot(branch.shortName()));
    }

    /** It is done in the background: {@code /status} has what has come of it. */
    private static Answer asked(Optional<Housekeeping> housekeeping, Job job) {
        if (housekeeping.isEmpty() || !housekeeping.get().ask(job)) {
            return Answer.error(503, "too much is asked for already, or the page server ends");
        }
        return Answer.json(202, json -> json.writeStringField("queued", job.name()));
    }

    private static boolean isChange(String path) {
        return STOP.matcher(path).matches() || SNAPSHOT.matcher(path).matches() || path.equals(GC);
    }

    private static Answer wrongMethod(String allowed) {
        return Answer.error(405, "method not allowed").with("Allow", allowed);
    }

    private static Answer unknown() {
        return Answer.error(404, "there is /live, /ready, /status and /metrics, and POST /servers/<branch>/stop, /snapshot/<branch> and /gc");
    }

    private static String withHint(String message, Optional<String> hint) {
        return message + hint.map(text -> "; " + text).orElse("");
    }
}
