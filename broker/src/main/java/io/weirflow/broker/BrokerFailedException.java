package io.weirflow.broker;

import org.jspecify.annotations.Nullable;

/** A running embedded broker met a fault it cannot live on with, such as a disk that fails or is full. */
public final class BrokerFailedException extends RuntimeException {

    BrokerFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
