package dev.neon.sync;

import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** The remotes in a repository's configuration: {@code remote.<name>.url}, {@code .pushurl}, {@code .promisor}. */
public final class Remotes {
    private static final String SECTION = "remote";
    private static final String URL = "url";
    private static final String PUSH_URL = "pushurl";
    private static final String PROMISOR = "promisor";
    /** The one that is meant where none is named. */
    public static final String DEFAULT = "origin";

    private final RepositoryConfig config;

    public Remotes(RepositoryConfig config) {
        this.config = config;
    }

    /** @param pushUrl where pushes go, if elsewhere */
    public record Configured(String name, String url, Optional<String> pushUrl) {}

    /** All, by name. */
    public List<Configured> list() {
        TreeSet<String> names = new TreeSet<>();
        for (RepositoryConfig.Entry entry : config.list()) {
            String key = entry.key();
            if (key.startsWith(SECTION + ".") && key.lastIndexOf('.') > SECTION.length()) {
                names.add(key.substring(SECTION.length() + 1, key.lastIndexOf('.')));
            }
        }
        List<Configured> remotes = new ArrayList<>();
        names.forEach(name -> find(name).ifPresent(remotes::add));
        return remotes;
    }

    /** The one of a name. */
    public Optional<Configured> find(String name) {
        return config.get(key(name, URL)).map(url -> new Configured(name, url, config.get(key(name, PUSH_URL))));
    }

    /** Whether what is large is left with a remote until it is needed. */
    public boolean isPromisor(String name) {
        return config.getBoolean(key(name, PROMISOR), false);
    }

    /** Changes whether {@link #isPromisor}. */
    public void setPromisor(String name, boolean isPromisor) {
        if (isPromisor) {
            config.set(key(name, PROMISOR), "true");
        } else if (config.get(key(name, PROMISOR)).isPresent()) {
            config.unset(key(name, PROMISOR));
        }
    }

    /** Those that have promised what is not here. */
    public List<Configured> promisors() {
        return list().stream().filter(remote -> isPromisor(remote.name())).toList();
    }

    /** @throws NotFoundException if there is none of that name */
    public Configured require(String name) {
        return find(name).orElseThrow(() -> new NotFoundException("remote '" + name + "' does not exist",
                "'neon remote -v' lists them; 'neon remote add " + name + " <url>' makes it."));
    }

    /** Adds one. */
    public void add(String name, String url) {
        requireName(name);
        if (find(name).isPresent()) {
            throw new AlreadyExistsException("remote '" + name + "' exists already",
                    "'neon remote set-url " + name + " <url>' changes its address.");
        }
        config.set(key(name, URL), url);
    }

    /** Changes where it is. */
    public void setUrl(String name, String url, boolean isForPush) {
        require(name);
        config.set(key(name, isForPush ? PUSH_URL : URL), url);
    }

    /** Removes it; its remote-tracking refs are the caller's. */
    public void remove(String name) {
        require(name);
        config.remove(SECTION, name);
    }

    /** Gives it another name. */
    public void rename(String from, String to) {
        require(from);
        requireName(to);
        if (find(to).isPresent()) {
            throw new AlreadyExistsException("remote '" + to + "' exists already", "Choose another name.");
        }
        config.copy(SECTION, from, to);
        config.remove(SECTION, from);
    }

    private static void requireName(String name) {
        if (name.isEmpty() || RefName.of("refs/remotes/" + name + "/branches/x").isEmpty() || name.contains("/")) {
            throw new InvalidInputException("invalid remote name '" + name + "'",
                    "The name of a remote has no slash and no blank, for example origin.");
        }
    }

    private static String key(String remote, String name) {
        return SECTION + '.' + remote + '.' + name;
    }
}
