package dev.neon.compute.process;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Java itself can tell on any system. */
record PortableHost() implements Host {
    @Override
    public boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    @Override
    public boolean isAlive(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    @Override
    public Optional<String> incarnation(long pid) {
        return ProcessHandle.of(pid).flatMap(process -> process.info().startInstant()).map(Object::toString);
    }

    @Override
    public Optional<String> title(long pid) {
        return ProcessHandle.of(pid).flatMap(process -> process.info().commandLine());
    }

    @Override
    public List<Long> processesIn(Path directory) {
        return List.of();
    }

    @Override
    public Optional<Path> workingDirectory(long pid) {
        return Optional.empty();
    }

    @Override
    public Optional<Map<Long, Long>> memory(Collection<Long> pids) {
        return Optional.empty();
    }

    @Override
    public int socketPathLimit() {
        return 103;
    }

    @Override
    public Optional<String> program(long pid) {
        return ProcessHandle.of(pid).flatMap(process -> process.info().command())
                .map(command -> Path.of(command).getFileName().toString());
    }

    @Override
    public boolean hasSyncfs() {
        return false;
    }

    @Override
    public List<String> inOwnSession(List<String> command) {
        return command;
    }
}
