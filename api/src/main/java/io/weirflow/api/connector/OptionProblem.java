package io.weirflow.api.connector;

/**
 * A mistake in the values of options.
 *
 * @param option the option that it is about
 * @param message what is wrong and what to do, in one sentence that starts in lower case
 */
public record OptionProblem(String option, String message) {}
