package dev.neon.repo.refs;

import java.util.Optional;

/**
 * One ref before and after an operation.
 *
 * @param oldValue the content of its file without the last newline, and of a deleted branch what was set for it; empty if the
 *                 ref was made
 * @param newValue the same afterwards; empty if the ref was removed
 */
public record RefChange(RefName ref, Optional<String> oldValue, Optional<String> newValue) {}
