package io.weirflow.api.connector;

/** Turns references to secrets into their values, in the process that uses them. Safe for use by several threads. */
@FunctionalInterface
public interface SecretResolver {

    /**
     * Returns the secret's text. Never log or keep it.
     *
     * @throws ConnectorException when a variable is not set or a file cannot be read; the message names it, not its content
     */
    String resolve(SecretRef secret);
}
