package io.weirflow.benchmarks.engine;

/** A measurement cannot be made or must not be believed; the message says why. */
public final class BenchException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public BenchException(String message) {
        super(message);
    }
}
