package dev.neon.repo.layer;

import static dev.neon.repo.layer.PagePatch.PAGE;

/** A {@link PagePatch} that is being made, again and again in the same memory. */
final class PatchDraft {
    private final int form;
    private final byte[] operations = new byte[2 * PAGE];
    private final byte[] literals = new byte[PAGE];
    private int flags;
    private int operationsLength;
    private int literalsLength;

    /** @param form 0 or {@link PagePatch#COPIES} */
    PatchDraft(int form) {
        this.form = form;
    }

    void begin() {
        flags = form;
        operationsLength = 0;
        literalsLength = 0;
    }

    void clearHole() {
        flags |= PagePatch.HOLE;
    }

    void operation(int value) {
        operationsLength = Varint.put(operations, operationsLength, value);
    }

    /** Adds the bytes of a page from {@code from} to {@code to}. */
    void literals(byte[] page, int from, int to) {
        System.arraycopy(page, from, literals, literalsLength, to - from);
        literalsLength += to - from;
    }

    int length() {
        return operationsLength + literalsLength;
    }

    int flags() {
        return flags;
    }

    int operationsLength() {
        return operationsLength;
    }

    int literalsLength() {
        return literalsLength;
    }

    /** Copies the operations; returns where they end. */
    int putOperations(byte[] target, int at) {
        System.arraycopy(operations, 0, target, at, operationsLength);
        return at + operationsLength;
    }

    /** Copies the literals; returns where they end. */
    int putLiterals(byte[] target, int at) {
        System.arraycopy(literals, 0, target, at, literalsLength);
        return at + literalsLength;
    }
}
