package io.weirflow.api.definition;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Describes a user's operator. */
public final class OperatorBuilder {

    private final String className;
    private final List<Value.Field> config = new ArrayList<>();
    private @Nullable List<ColumnDefinition> columns;
    private @Nullable Text jar;

    OperatorBuilder(String className) {
        this.className = className;
    }

    /** Adds a value of its configuration: a String, Boolean, number, Duration, List or Map. */
    public OperatorBuilder config(String name, Object value) {
        config.add(JavaValues.field(name, value));
        return this;
    }

    /** Looks for the class in one jar of the plug-in path alone. */
    public OperatorBuilder jar(String file) {
        jar = Text.of(file);
        return this;
    }

    /** Adds a column of the rows that it emits; without any, they have the columns of its input. */
    public OperatorBuilder column(String name, String sqlType) {
        if (columns == null) {
            columns = new ArrayList<>();
        }
        columns.add(new ColumnDefinition(Text.of(name), Text.of(sqlType)));
        return this;
    }

    OperatorDefinition build() {
        return new OperatorDefinition(
                Text.of(className), jar, new Value.Fields(config, Place.BUILDER), columns, Place.BUILDER);
    }
}
