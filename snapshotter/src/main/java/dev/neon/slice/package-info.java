/** WAL cut by relation and block: which record changes which page, the pages that come of it, and layers of these. */
@NullMarked
package dev.neon.slice;

import org.jspecify.annotations.NullMarked;
