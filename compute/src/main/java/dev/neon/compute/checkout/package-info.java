/** The working day: HEAD on a temporary timeline, and what leads from there to branches. See {@code docs/checkout.md}. */
@NullMarked
package dev.neon.compute.checkout;

import org.jspecify.annotations.NullMarked;
