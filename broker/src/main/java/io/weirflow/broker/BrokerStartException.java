package io.weirflow.broker;

/**
 * An embedded broker could not be started. The message is a plain sentence for the user: what is wrong and what to do.
 * Nothing is left running, and the data folder is as usable as it was.
 */
public final class BrokerStartException extends Exception {

    BrokerStartException(String message) {
        super(message);
    }

    BrokerStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
