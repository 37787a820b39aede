/** Pages of relations as PostgreSQL lays them out, and the steps by which it changes them ({@code bufpage.c}). */
@NullMarked
package dev.neon.page;

import org.jspecify.annotations.NullMarked;
