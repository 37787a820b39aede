package dev.neon.compute.history;

import dev.neon.catalog.CatalogNames;
import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.FileCatalog;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.revision.Point;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.snapshot.PointPages;
import dev.neon.snapshot.Snapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The names of relations on the timelines of a repository. A relation is called what the newest source calls it: the
 * server that runs on the timeline, its data directory, its snapshots; then those of the branches that go on from it,
 * and its ancestors'. Each source is opened when those before it do not know; one that fails counts as absent.
 * Used by one thread.
 */
public final class RelationNames implements AutoCloseable {
    private final Workspace workspace;
    private final String user;
    private final List<Point> tips;
    private final Consumer<NeonException> problems;
    private final Map<TimelineId, CatalogNames> ofTimeline = new HashMap<>();
    private final Map<TimelineId, List<CatalogNames>> ownOf = new HashMap<>();
    private final Map<RelFileLocator, Map<TimelineId, Optional<CatalogRelation>>> known = new HashMap<>();
    private final List<ServerCatalog> servers = new ArrayList<>();
    private final List<PointPages> layers = new ArrayList<>();

    /**
     * @param user     to connect as
     * @param tips     of the branches that are told
     * @param problems is told of sources that cannot be read
     */
    public RelationNames(Workspace workspace, String user, List<Point> tips, Consumer<NeonException> problems) {
        this.workspace = workspace;
        this.user = user;
        this.tips = List.copyOf(tips);
        this.problems = problems;
    }

    /** What the relation is called that has these files on a timeline. */
    public Optional<CatalogRelation> find(TimelineId timeline, RelFileLocator file) {
        return known.computeIfAbsent(file, any -> new HashMap<>()).computeIfAbsent(timeline, id ->
                ofTimeline.computeIfAbsent(id, this::sources).find(file));
    }

    /** Every relation whose name is known, newest sources first, some more than once; read as far as the caller comes. */
    public Stream<CatalogRelation> relations() {
        return tips.stream().map(Point::timeline).distinct().flatMap(tip ->
                Stream.concat(own(tip).stream(), related(tip).stream())).flatMap(CatalogNames::relations);
    }

    private CatalogNames sources(TimelineId timeline) {
        List<CatalogNames> sources = new ArrayList<>(own(timeline));
        sources.add(new Lazy(() -> CatalogNames.newestOf(related(timeline))));
        return CatalogNames.newestOf(sources);
    }

    private List<CatalogNames> related(TimelineId timeline) {
        List<CatalogNames> sources = new ArrayList<>();
        for (Point tip : tips) {
            List<Ancestor> ancestors = workspace.repository().timelines().history(tip.timeline()).ancestors();
            if (ancestors.stream().anyMatch(ancestor -> ancestor.timeline().equals(timeline))) {
                sources.addAll(own(tip.timeline()));
            }
        }
        for (Ancestor ancestor : workspace.repository().timelines().history(timeline).ancestors().reversed()) {
            sources.addAll(own(ancestor.timeline()));
        }
        return sources;
    }

    /** A timeline's own sources, newest first. */
    private List<CatalogNames> own(TimelineId timeline) {
        List<CatalogNames> sources = ownOf.get(timeline);
        if (sources == null) {
            sources = new ArrayList<>();
            Optional<Instance> running = workspace.instances().find(timeline);
            if (running.isPresent()) {
                sources.add(new Lazy(() -> ask(running.get())));
            }
            Path data = workspace.repository().dataDirectory(timeline);
            if (Files.isDirectory(data)) {
                sources.add(new Lazy(() -> FileCatalog.of(data)));
            }
            for (Snapshot snapshot : workspace.snapshots().list(timeline).reversed()) {
                sources.add(new Lazy(() -> read(snapshot)));
            }
            ownOf.put(timeline, sources);
        }
        return sources;
    }

    private CatalogNames read(Snapshot snapshot) {
        if (!snapshot.isLayered()) {
            return FileCatalog.of(snapshot.directory());
        }
        PointPages pages = PointPages.of(workspace.snapshots(), snapshot);
        layers.add(pages);
        return FileCatalog.of(pages);
    }

    private CatalogNames ask(Instance instance) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("ApplicationName", "neon log");
        // Few small queries: the extended protocol would only be slower.
        properties.setProperty("preferQueryMode", "simple");
        ServerCatalog server = ServerCatalog.open(database ->
                DriverManager.getConnection(instance.jdbcUrl(database), properties));
        servers.add(server);
        return server;
    }

    @Override
    public void close() {
        servers.forEach(ServerCatalog::close);
        layers.forEach(PointPages::close);
    }

    /** Opens a source at the first question; after a failure it knows nothing. */
    private final class Lazy implements CatalogNames {
        private final Supplier<CatalogNames> open;
        private Optional<CatalogNames> opened = Optional.empty();

        Lazy(Supplier<CatalogNames> open) {
            this.open = open;
        }

        @Override
        public Optional<CatalogRelation> find(RelFileLocator file) {
            return ask(source -> source.find(file), Optional.empty());
        }

        @Override
        public Stream<CatalogRelation> relations() {
            // A list, so that what fails fails here.
            return ask(source -> source.relations().toList(), List.<CatalogRelation>of()).stream();
        }

        private <T> T ask(Function<CatalogNames, T> question, T none) {
            try {
                if (opened.isEmpty()) {
                    opened = Optional.of(open.get());
                }
                return question.apply(opened.get());
            } catch (NeonException unreadable) {
                problems.accept(unreadable);
                opened = Optional.of(CatalogNames.NONE);
                return none;
            }
        }
    }
}
