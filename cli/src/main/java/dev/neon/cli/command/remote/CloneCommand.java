package dev.neon.cli.command.remote;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.Options;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.workspace.RemoteAccess;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.process.ServerUser;
import dev.neon.repo.PromisedPart;
import dev.neon.repo.config.ConfigValues;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.sync.Depth;
import dev.neon.sync.Fetch;
import dev.neon.sync.RefUpdate;
import dev.neon.sync.RefUpdates;
import dev.neon.sync.Remote;
import dev.neon.sync.Remotes;
import dev.neon.sync.transport.RemoteUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code neon clone}. */
public final class CloneCommand extends Command {
    private final Option<String> branch = option("-b", "--branch").label("name")
            .help("the branch to be on; the one that HEAD is on there if left out").text();
    private final Option<String> origin = option("-o", "--origin").label("name").help("what to call the remote; origin if left out").text();
    private final Option<String> depthLsn = option("--depth-lsn").label("lsn").help(DepthOptions.LSN_HELP).text();
    private final Option<String> depthTime = option("--depth-time").label("time").help(DepthOptions.TIME_HELP).text();
    private final Options<String> settings = option("-c", "--config").label("key=value")
            .help("set this in the new repository's configuration, for this command too").texts();
    private final Flag lazy = flag("--lazy").help("leave layers of snapshots and WAL with the remote until they are needed");
    private final Flag noHardlinks = flag("--no-hardlinks").help("copy everything, also from a repository on the same file system");
    private final Flag bare = flag("--bare").help("make the directory itself the repository, for others to push to");
    private final Parameter<String> url = parameter("url").completes(ValueKind.DIRECTORY).help("the repository to clone").required();
    private final OptionalParameter<Path> directory = parameter("directory").completes(ValueKind.DIRECTORY)
            .help("where to; the last part of the address if left out").optional(Path::of);

    @Override
    public Description description() {
        return Description.of("Copy a repository, with its history")
                .text("""
                        Makes a repository that has all branches and tags of another one as remote-tracking refs (origin/main), and
                        its HEAD's branch. The address is a path, ssh://host/path, host:path or https://host/path.

                        A branch of the clone goes on from where the other one's was: both can be written, and 'neon pull' and 'neon
                        push' say so if both were. If cloning breaks off, the same command goes on where it was.

                        From a path on the same file system, layers of snapshots and whole WAL segments that are one's own become hard links, as
                        with git: they take neither time nor space, nobody ever changes them, and what one of the two repositories removes the
                        other one keeps. Both have them damaged if the disk damages them; '--no-hardlinks' makes a copy that is checked, for a backup.

                        With '--lazy', only refs, histories and the lists of snapshots are fetched. The remote becomes a promisor
                        ('remote.<name>.promisor'): what a command turns out to need of layers and WAL it fetches from there, all at once, and
                        keeps; 'neon fetch' leaves what is large there as well. 'neon backfill' fetches the rest. A snapshot that is a copy of a
                        data directory comes at once.
                        """)
                .example("neon clone ssh://db1/srv/shop.neon shop", "Clones into the directory shop.")
                .example("neon clone ../shop", "Clones a neighbour.")
                .example("neon clone --no-hardlinks --bare ../shop /backup/shop.neon", "Makes a copy that has nothing in common with it.")
                .example("neon clone -c transfer.limitRate=10MB ssh://db1/srv/shop.neon", "Takes no more than 10 MB a second.")
                .example("neon clone --lazy ssh://db1/srv/shop.neon && cd shop && neon start", "Fetches what main's end is made of, and no more.")
                .example("neon clone --depth-time 7d ssh://db1/srv/shop.neon", "Clones what a week's points are made of.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.ALREADY_EXISTS, ExitCode.CONFLICT, ExitCode.BUSY,
                        ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED,
                        ExitCode.FORMAT_TOO_NEW, ExitCode.TRANSFER_FAILED, ExitCode.ACCESS_DENIED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        String name = origin.orElse(Remotes.DEFAULT);
        Depth depth = DepthOptions.depth(depthLsn, depthTime, invocation.environment().clock());
        Path typed = directory.get().orElseGet(() -> Path.of(lastPart(url.get())));
        Path place = invocation.resolve(typed);
        Path neonDirectory = bare.isSet() ? place : place.resolve(Repository.DIRECTORY_NAME);
        Map<String, String> given = given();
        try (Remote remote = RemoteAccess.open(invocation, url.get(), ConfigValues.of(given))) {
            // Asked before anything is made: an address that is wrong leaves nothing behind.
            remote.refs(List.of("refs/none/"));
            Repository repository = repository(invocation, neonDirectory, name, given);
            invocation.output().note("cloning into '" + typed + "'");
            Fetch.Result result = new Fetch(repository, new RepositoryWal(repository, timeline -> false))
                    .run(remote, name, new Fetch.Request(List.of(), depth, false, false, sharesFiles(invocation)));
            checkOut(invocation, repository, result);
            invocation.output().note("received " + Sizes.bytes(result.bytes()) + ", "
                    + Sizes.count(result.refs().refs().size(), "ref")
                    + (result.shared() > 0 ? "; " + Sizes.bytes(result.shared()) + " of it by hard links" : "") + left(repository, name));
        }
        return ExitCode.OK;
    }

    private boolean sharesFiles(Invocation invocation) {
        return !noHardlinks.isSet() && RemoteUrl.parse(url.get(), invocation.environment().directory()) instanceof RemoteUrl.OfPath
                && !ServerUser.takesFiles();
    }

    private String left(Repository repository, String name) {
        if (!lazy.isSet()) {
            return "";
        }
        RepositoryWal wal = new RepositoryWal(repository, timeline -> false);
        long bytes = new SnapshotStore(repository, wal).promised().missing().stream().mapToLong(PromisedPart::bytes).sum();
        return "; " + Sizes.bytes(bytes) + " are left with '" + name + "' until they are needed";
    }

    /** A new one, or one that a clone of the same has begun. */
    private Repository repository(Invocation invocation, Path place, String name, Map<String, String> given) {
        String address = address(invocation);
        if (Files.isDirectory(place)) {
            boolean isEmpty = !Files.exists(place.resolve("config"));
            if (!isEmpty) {
                Repository begun = Repository.open(place, Workspaces.fetchingContext(invocation));
                boolean isSame = begun.refs().list(RefName.Kind.BRANCH).isEmpty()
                        && new Remotes(begun.config()).find(name).filter(remote -> remote.url().equals(address)).isPresent();
                if (isSame) {
                    new Remotes(begun.config()).setPromisor(name, lazy.isSet());
                    return begun;
                }
            }
            throw new AlreadyExistsException("'" + place + "' exists already", "Name another directory.");
        }
        return Repository.create(place, Workspaces.fetchingContext(invocation), made -> {
            new Remotes(made.config()).add(name, address);
            new Remotes(made.config()).setPromisor(name, lazy.isSet());
            given.forEach(made.config()::set);
        });
    }

    private Map<String, String> given() {
        Map<String, String> given = new LinkedHashMap<>();
        for (String setting : settings.get()) {
            int equals = setting.indexOf('=');
            if (equals < 0) {
                throw new UsageException("'--config " + setting + "' is not <key>=<value>");
            }
            given.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return given;
    }

    /** As it is found from elsewhere, too. */
    private String address(Invocation invocation) {
        return RemoteUrl.parse(url.get(), invocation.environment().directory()) instanceof RemoteUrl.OfPath place
                ? place.path().toAbsolutePath().normalize().toString() : url.get();
    }

    private void checkOut(Invocation invocation, Repository repository, Fetch.Result result) {
        Optional<RefName> wanted = branch.isPresent() ? Optional.of(RefName.branch(branch.get().get())) : result.refs().head();
        RefTarget.Point point = wanted.map(result.refs().refs()::get).orElse(null);
        if (point == null) {
            if (branch.isPresent()) {
                throw new NotFoundException("branch '" + branch.get().get() + "' does not exist there",
                        "'neon branch <name> <remote>/<branch>' makes one of what has come.");
            }
            invocation.output().warning(result.refs().refs().isEmpty() ? "that repository is empty"
                    : "there is no branch to be on; 'neon branch <name> <remote>/<branch>' makes one");
            return;
        }
        RefName name = wanted.orElseThrow();
        List<RefName> branches = bare.isSet() ? result.refs().refs().keySet().stream()
                .filter(ref -> ref.kind() == RefName.Kind.BRANCH).toList() : List.of(name);
        RefUpdates updates = new RefUpdates(repository, new RepositoryWal(repository, timeline -> false), timeline -> false);
        updates.run(branches.stream().map(ref -> new RefUpdate(ref, Optional.empty(), Optional.of(result.refs().refs().get(ref)), false))
                .toList(), true, "clone").stream().flatMap(outcome -> outcome.refusal().stream()).findFirst().ifPresent(why -> {
                    throw new ConflictException("unable to make the branch: " + why);
                });
        repository.refs().begin("clone").set(RefName.HEAD, new RefTarget.Symbolic(name)).commit();
    }

    /** As git does it: {@code shop} for {@code ssh://db1/srv/shop.neon}, and {@code week} for {@code week.bundle}. */
    static String lastPart(String url) {
        String text = url.replaceAll("/+$", "").replaceAll("/?\\.(neon|bundle)$", "");
        String last = text.substring(Math.max(text.lastIndexOf('/'), text.lastIndexOf(':')) + 1);
        return last.isEmpty() ? "clone" : last;
    }
}
