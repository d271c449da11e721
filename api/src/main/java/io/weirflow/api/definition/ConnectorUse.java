package io.weirflow.api.definition;

/**
 * A connector with its options, as in {@code source: {file: {path: a.jsonl}}}.
 *
 * @param connector its name
 */
public record ConnectorUse(Text connector, Value.Fields options, Place place) {}
