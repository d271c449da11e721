package io.weirflow.api.definition;

/**
 * A declared column.
 *
 * @param type as SQL writes it, {@code NOT NULL} included
 */
public record ColumnDefinition(Text name, Text type) {}
