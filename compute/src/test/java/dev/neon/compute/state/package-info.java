/** Everything of a cluster's state but relations' pages, beside PostgreSQL. */
@NullMarked
package dev.neon.compute.state;

import org.jspecify.annotations.NullMarked;
