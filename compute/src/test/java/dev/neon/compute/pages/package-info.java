/** What users see of pages, compared with what PostgreSQL shows of the same. */
@NullMarked
package dev.neon.compute.pages;

import org.jspecify.annotations.NullMarked;
