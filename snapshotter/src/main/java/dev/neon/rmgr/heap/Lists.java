package dev.neon.rmgr.heap;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Lists in descriptions since 16 ({@code REL_17 rmgrdesc_utils.c array_desc}): {@code [1, 2]}. */
final class Lists {
    private Lists() {}

    /** The names of the bits that are set. */
    static StringBuilder names(StringBuilder text, int bits, String... names) {
        text.append('[');
        String separator = "";
        for (int i = 0; i < names.length; i++) {
            if ((bits & 1 << i) != 0) {
                text.append(separator).append(names[i]);
                separator = ", ";
            }
        }
        return text.append(']');
    }

    static StringBuilder offsets(StringBuilder text, int[] offsets) {
        return elements(text, offsets.length, i -> text.append(offsets[i]));
    }

    static StringBuilder oids(StringBuilder text, int[] oids) {
        return elements(text, oids.length, i -> text.append(Integer.toUnsignedLong(oids[i])));
    }

    /** {@code [1->2, 3->4]}. */
    static StringBuilder pairs(StringBuilder text, int[] offsets) {
        return elements(text, offsets.length / 2,
                i -> text.append(offsets[2 * i]).append("->").append(offsets[2 * i + 1]));
    }

    static <T> StringBuilder elements(StringBuilder text, List<T> list, Consumer<T> element) {
        return elements(text, list.size(), i -> element.accept(list.get(i)));
    }

    private static StringBuilder elements(StringBuilder text, int count, IntConsumer element) {
        text.append('[');
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ", ");
            element.accept(i);
        }
        return text.append(']');
    }
}
