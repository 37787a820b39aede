package dev.neon.cli.command;

import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.BootCheck;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.revision.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code neon fsck --boot}. */
final class FsckBoot {
    private final Workspace workspace;
    private final Output output;
    private final boolean isJson;

    /** A point and what was found there; no point if a ref cannot be resolved. */
    private record Booted(String revision, Optional<Point> point, BootCheck.Result result) {}

    FsckBoot(Workspace workspace, Output output, boolean isJson) {
        this.workspace = workspace;
        this.output = output;
        this.isJson = isJson;
    }

    /** @param revisions all refs if there is none */
    ExitCode run(List<String> revisions) {
        BootCheck check = workspace.bootCheck(Workspaces.user(workspace));
        List<Booted> all = new ArrayList<>();
        for (String revision : revisions.isEmpty() ? refs() : revisions) {
            Booted booted = boot(check, revision, revisions.isEmpty());
            all.add(booted);
            if (!isJson) {
                print(booted);
            }
        }
        if (isJson) {
            output.json(out -> out.object(() -> out.putArray("refs", all, booted -> out.object(() -> {
                out.put("revision", booted.revision())
                        .put("timeline", booted.point().map(point -> point.timeline().hex()))
                        .put("lsn", booted.point().map(point -> point.lsn().toString()))
                        .put("method", booted.result().method().map(method -> method.name().toLowerCase(Locale.ROOT)));
                out.putArray("databases", booted.result().databases(), out::value);
                out.putArray("problems", booted.result().problems(), out::value);
            }))));
        }
        return all.stream().allMatch(booted -> booted.result().problems().isEmpty()) ? ExitCode.OK : ExitCode.CORRUPT;
    }

    /** @param isRef whether it is there, so that it is a problem if it cannot be resolved */
    private Booted boot(BootCheck check, String revision, boolean isRef) {
        Point point;
        try {
            point = workspace.resolver().resolve(revision);
        } catch (CorruptFileException | NotFoundException failure) {
            if (!isRef) {
                throw failure;
            }
            return new Booted(revision, Optional.empty(), new BootCheck.Result(Optional.empty(), List.of(),
                    List.of(String.valueOf(failure.getMessage()))));
        }
        return new Booted(revision, Optional.of(point), check.check(revision, point));
    }

    /** All refs, by their full names, but those that stand for others. */
    private List<String> refs() {
        List<String> names = new ArrayList<>();
        for (RefName.Kind kind : RefName.Kind.values()) {
            workspace.repository().refs().list(kind).forEach((name, target) -> {
                if (!(target instanceof RefTarget.Symbolic)) {
                    names.add(name.full());
                }
            });
        }
        return names;
    }

    private void print(Booted booted) {
        BootCheck.Result result = booted.result();
        String how = result.method().map(method -> ", " + Sizes.count(result.databases().size(), "database") + ' '
                + switch (method) {
                    case PROGRAM -> "checked by pg_amcheck";
                    case EXTENSION -> "checked by the extension amcheck";
                    case SELECT -> "read, as amcheck is not available for all";
                }).orElse("");
        output.line(booted.revision() + booted.point().map(point -> " at " + point.lsn()).orElse("") + how + ": " + (result.problems().isEmpty()
                ? "no problem" : Sizes.count(result.problems().size(), "problem")));
        result.problems().forEach(problem -> output.line("    " + problem.replace("\n", "\n    ")));
    }
}
