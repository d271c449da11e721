package io.weirflow.api.connector;

/**
 * A reference to a secret outside the pipeline, as written: <code>${NAME}</code> or <code>${file:/run/secrets/token}</code>, possibly
 * inside a longer text. Plans and topics carry the reference; only the worker that opens the connector resolves it, with a
 * {@link SecretResolver}.
 *
 * @param template the text with its references
 */
public record SecretRef(String template) {}
