package dev.neon.state;

import dev.neon.repo.layer.ForkKey;

/**
 * Is told what a record does to forks as a whole, in the order in which it is done. That a block beyond a fork's end is
 * written, so that the fork grows, with pages of zeros in between, is no event: {@link ClusterMetadata} knows it.
 */
public interface ForkEvents {
    /** What does nothing. */
    ForkEvents NONE = new ForkEvents() {};

    /** The fork is there, empty if it was not before. */
    default void created(ForkKey fork) {}

    /**
     * Blocks at the end go. If they come back, they are zeros.
     *
     * @param blocks how many stay, unsigned; fewer than there were
     */
    default void truncated(ForkKey fork, int blocks) {}

    /** The fork goes with all its blocks. One of that name that is made later is another. */
    default void dropped(ForkKey fork) {}

    /**
     * Blocks of an SLRU go: the oldest, or all.
     *
     * @param gone which, as they were numbered before
     */
    default void removed(Slru slru, BlockRange gone) {}

    /**
     * A fork is made as a copy of another, as that is at this point ({@code CREATE DATABASE … STRATEGY file_copy}).
     *
     * @param blocks how many there are, unsigned
     */
    default void copied(ForkKey from, ForkKey to, int blocks) {}

    /**
     * A page of an SLRU is changed, or made; {@link SlruRedo} does it.
     *
     * @param isNew whether the page after does not depend on the page before
     */
    default void changed(Slru slru, int page, boolean isNew) {}
}
