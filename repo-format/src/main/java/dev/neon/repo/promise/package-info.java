/** What a repository lacks because another one has promised to give it when it is needed. */
@NullMarked
package dev.neon.repo.promise;

import org.jspecify.annotations.NullMarked;
