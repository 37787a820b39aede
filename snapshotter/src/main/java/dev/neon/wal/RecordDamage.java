package dev.neon.wal;

import dev.neon.repo.error.CorruptFileException;

/** Tells where in which file a part of a record is that is not what it must be. */
@FunctionalInterface
interface RecordDamage {
    /**
     * The exception, to be thrown.
     *
     * @param field    in bytes from the record's start
     * @param expected for people
     * @param found    for people
     */
    CorruptFileException at(int field, String expected, String found);
}
