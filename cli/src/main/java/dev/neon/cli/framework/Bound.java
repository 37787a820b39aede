package dev.neon.cli.framework;

import java.util.List;

/** A typed field of a command, waiting for the words that the user gave for it. */
sealed interface Bound permits Flag, Option, Options, Parameter, OptionalParameter, Parameters {
    /**
     * Takes the words; called once, before the command runs.
     *
     * @param words none if it was not given; a flag gets one word, of no meaning
     * @throws dev.neon.repo.error.InvalidInputException if a word does not have the form that is needed
     */
    void take(List<String> words);
}
