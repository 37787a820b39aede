/** PostgreSQL servers that run on timelines: starting, finding and stopping them. */
@NullMarked
package dev.neon.compute.instance;

import org.jspecify.annotations.NullMarked;
