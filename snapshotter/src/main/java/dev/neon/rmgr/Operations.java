package dev.neon.rmgr;

import java.util.Arrays;
import java.util.Optional;

/** The names of a resource manager's operations, by the upper four bits of {@code xl_info} ({@code rm_identify}). */
public final class Operations {
    private static final int COUNT = 16;

    private final String[] names;

    private Operations(String[] names) {
        this.names = names;
    }

    public static Operations none() {
        String[] names = new String[COUNT];
        Arrays.fill(names, "");
        return new Operations(names);
    }

    /**
     * These and one more, or one with another name.
     *
     * @param operation 0x00, 0x10, … 0xF0
     * @param name      as {@code pg_waldump} writes it: {@code INSERT+INIT}
     */
    public Operations with(int operation, String name) {
        String[] more = names.clone();
        more[operation >> 4] = name;
        return new Operations(more);
    }

    /** The name of the operation in {@code info}, of which the lower four bits do not count. */
    public Optional<String> name(int info) {
        String name = names[(info & 0xF0) >> 4];
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }
}
