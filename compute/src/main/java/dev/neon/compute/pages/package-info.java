/** Looking into a cluster at a point of its history, without making its data directory. */
@NullMarked
package dev.neon.compute.pages;

import org.jspecify.annotations.NullMarked;
