package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.type.DataType;
import java.util.List;

/** What a node of the syntax tree means: a value, or something that only an operator or function can use. */
sealed interface Operand {

    /** Returns what it is, for messages. */
    String described();

    /** A typed value. */
    record Value(Expr expr) implements Operand {
        DataType type() {
            return expr.type();
        }

        @Override
        public String described() {
            return expr.type().sql();
        }
    }

    /** NULL without a type; it takes the type that is asked for. */
    record Null() implements Operand {
        @Override
        public String described() {
            return "NULL";
        }
    }

    /**
     * A span of time.
     *
     * @param unit {@code MONTH} or {@code MILLISECOND}
     * @param count BIGINT
     */
    record Interval(String unit, Expr count) implements Operand {
        static final String MONTH = "MONTH";
        static final String MILLISECOND = "MILLISECOND";

        @Override
        public String described() {
            return "an INTERVAL";
        }
    }

    /** A unit of time as in {@code EXTRACT(HOUR FROM x)}; upper case. */
    record Unit(String name) implements Operand {
        @Override
        public String described() {
            return "the unit " + name;
        }
    }

    /** A type as in {@code CAST(x AS INTEGER)}. */
    record TypeName(DataType type) implements Operand {
        @Override
        public String described() {
            return "the type " + type.sql();
        }
    }

    /** A keyword among the arguments, as in {@code TRIM(BOTH ...)}; upper case. */
    record Keyword(String name) implements Operand {
        @Override
        public String described() {
            return "the keyword " + name;
        }
    }

    /** The list to the right of IN. */
    record ListOf(List<Operand> items) implements Operand {
        @Override
        public String described() {
            return "a list";
        }
    }

    /** A mistake that has been reported. */
    record Bad() implements Operand {
        @Override
        public String described() {
            return "a mistake";
        }
    }

    Null NULL = new Null();
    Bad BAD = new Bad();
}
