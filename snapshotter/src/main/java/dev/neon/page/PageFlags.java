package dev.neon.page;

import java.util.ArrayList;
import java.util.List;

/** Names for the bits of a field, in the order in which they are to be shown. */
public final class PageFlags {
    private record Flag(int bits, String name) {}

    private final List<Flag> flags = new ArrayList<>();

    /** @param bits which must all be set; more than one if they have a name together */
    public PageFlags with(int bits, String name) {
        flags.add(new Flag(bits, name));
        return this;
    }

    /** The names of those that are set; what has none is one number in hex at the end. */
    public List<String> of(int value) {
        List<String> names = new ArrayList<>();
        int rest = value;
        for (Flag flag : flags) {
            if ((value & flag.bits()) == flag.bits()) {
                names.add(flag.name());
                rest &= ~flag.bits();
            }
        }
        if (rest != 0) {
            names.add(Integer.toHexString(rest));
        }
        return names;
    }

    /** As {@link #of}, without what has no name. */
    public List<String> named(int value) {
        return flags.stream().filter(flag -> (value & flag.bits()) == flag.bits()).map(Flag::name).toList();
    }
}
