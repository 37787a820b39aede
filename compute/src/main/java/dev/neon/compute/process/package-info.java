/** Starting, watching and asking PostgreSQL's processes; what differs between operating systems is in {@link Host}. */
@NullMarked
package dev.neon.compute.process;

import org.jspecify.annotations.NullMarked;
