package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.Branch;
import io.weirflow.api.expr.Expr.Case;
import io.weirflow.api.expr.Expr.Literal;
import io.weirflow.api.expr.Function;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Dates and times, all in UTC. */
final class TimeFunctions {
    private static final Set<String> CLOCK_UNITS = Set.of("MILLISECOND", "SECOND", "MINUTE", "HOUR");
    private static final Set<String> DATE_UNITS = Set.of("DAY", "WEEK", "MONTH", "QUARTER", "YEAR");
    private static final Set<String> EXTRACT_ONLY = Set.of("DOW", "DOY", "EPOCH");

    private TimeFunctions() {}

    static void addTo(Map<String, Functions.Rule> rules) {
        for (String unit : new String[] {"YEAR", "QUARTER", "MONTH", "WEEK", "HOUR", "MINUTE", "SECOND"}) {
            rules.put(unit, site -> part(site, unit));
        }
        rules.put("DAYOFMONTH", site -> part(site, "DAY"));
        rules.put("DAYOFWEEK", site -> part(site, "DOW"));
        rules.put("DAYOFYEAR", site -> part(site, "DOY"));
        rules.put("UNIX_SECONDS", site -> part(site, "EPOCH"));
        rules.put("EXTRACT", TimeFunctions::extract);
        rules.put("DATE_TRUNC", site -> truncated(site, 0, 1));
        rules.put("TIMESTAMPADD", TimeFunctions::add);
        rules.put("TIMESTAMPDIFF", TimeFunctions::diff);
        rules.put("PARSE_TIMESTAMP", TimeFunctions::parse);
        rules.put("TO_TIMESTAMP", TimeFunctions::parse);
        rules.put("FORMAT_TIMESTAMP", TimeFunctions::format);
        rules.put("DATE_FORMAT", TimeFunctions::format);
        rules.put("UNIX_MILLIS", TimeFunctions::toMillis);
        rules.put("FROM_UNIX_MILLIS", TimeFunctions::fromMillis);
        rules.put("FROM_UNIX_SECONDS", TimeFunctions::fromSeconds);
    }

    private static Operand part(CallSite site, String unit) {
        site.takes(1);
        return extract(site, unit, site.value(0));
    }

    private static Operand extract(CallSite site) {
        site.takes(2);
        return extract(site, site.unit(0), site.value(1));
    }

    private static Operand extract(CallSite site, String unit, Expr time) {
        DataType type = time.type();
        if (!Types.isTemporal(type)) {
            throw site.wrong("wants a TIMESTAMP, DATE or TIME, not " + type.sql());
        }
        boolean known = CLOCK_UNITS.contains(unit) || DATE_UNITS.contains(unit) || EXTRACT_ONLY.contains(unit);
        if (!known) {
            throw site.wrong("does not know the unit " + unit);
        }
        boolean has = type == Scalar.TIMESTAMP || (type == Scalar.TIME) == CLOCK_UNITS.contains(unit);
        if (!has) {
            throw site.wrong("finds no " + unit + " in a " + type.sql());
        }
        return CallSite.call(Function.EXTRACT, Scalar.BIGINT, Literal.of(unit), time);
    }

    private static Operand truncated(CallSite site, int unitAt, int timeAt) {
        site.takes(2);
        String unit = site.unit(unitAt);
        Expr time = dateOrTimestamp(site, timeAt);
        checkUnit(site, unit, time.type());
        return CallSite.call(Function.DATE_TRUNC, time.type(), Literal.of(unit), time);
    }

    /** {@code FLOOR(ts TO HOUR)} and {@code CEIL(ts TO HOUR)}. */
    static Operand floorOrCeil(CallSite site, Function function) {
        Operand.Value down = (Operand.Value) truncated(site, 1, 0);
        if (function == Function.FLOOR) {
            return down;
        }
        Expr time = site.value(0);
        Expr unit = Literal.of(site.unit(1));
        Expr next = CallSite.strict(Function.TIMESTAMP_ADD, down.type(), unit, Literal.of(1L), down.expr());
        Expr whole = CallSite.strict(Function.EQ, Scalar.BOOLEAN, down.expr(), time);
        return new Operand.Value(new Case(List.of(new Branch(whole, time)), next, time.type(), time.nullable()));
    }

    private static Expr dateOrTimestamp(CallSite site, int index) {
        Expr time = site.value(index);
        if (time.type() == Scalar.DATE || time.type() == Scalar.TIMESTAMP) {
            return time;
        }
        if (time.type() == Scalar.VARCHAR && time instanceof Literal) {
            return site.arg(index, Scalar.TIMESTAMP);
        }
        throw site.wrong("wants a TIMESTAMP or DATE as argument " + (index + 1) + ", not "
                + time.type().sql());
    }

    private static void checkUnit(CallSite site, String unit, DataType type) {
        if (!CLOCK_UNITS.contains(unit) && !DATE_UNITS.contains(unit)) {
            throw site.wrong("does not know the unit " + unit);
        }
        if (type == Scalar.DATE && CLOCK_UNITS.contains(unit)) {
            throw site.wrong("finds no " + unit + " in a DATE; write CAST(... AS TIMESTAMP)");
        }
    }

    private static Operand add(CallSite site) {
        site.takes(3);
        String unit = site.unit(0);
        Expr count = site.arg(1, Scalar.BIGINT);
        Expr time = dateOrTimestamp(site, 2);
        checkUnit(site, unit, time.type());
        return CallSite.call(Function.TIMESTAMP_ADD, time.type(), Literal.of(unit), count, time);
    }

    private static Operand diff(CallSite site) {
        site.takes(3);
        String unit = site.unit(0);
        Expr from = dateOrTimestamp(site, 1);
        Expr to = dateOrTimestamp(site, 2);
        checkUnit(site, unit, Scalar.TIMESTAMP);
        boolean dates = from.type() == Scalar.DATE && to.type() == Scalar.DATE && DATE_UNITS.contains(unit);
        DataType type = dates ? Scalar.DATE : Scalar.TIMESTAMP;
        return CallSite.call(
                Function.TIMESTAMP_DIFF, Scalar.BIGINT, Literal.of(unit), site.arg(1, type), site.arg(2, type));
    }

    private static Operand parse(CallSite site) {
        site.takes(2);
        return CallSite.call(Function.PARSE_TIMESTAMP, Scalar.TIMESTAMP, site.text(0), pattern(site));
    }

    private static Operand format(CallSite site) {
        site.takes(2);
        return CallSite.call(Function.FORMAT_TIMESTAMP, Scalar.VARCHAR, site.arg(0, Scalar.TIMESTAMP), pattern(site));
    }

    private static Expr pattern(CallSite site) {
        Expr pattern = site.text(1);
        String constant = CallSite.constantText(pattern);
        if (constant != null) {
            try {
                return Literal.of(checked(constant));
            } catch (IllegalArgumentException e) {
                throw Mistake.here(
                        ProblemCode.BAD_LITERAL,
                        "'" + constant + "' is not a pattern of date and time; one is 'yyyy-MM-dd HH:mm:ss'");
            }
        }
        return pattern;
    }

    private static String checked(String pattern) {
        boolean formats =
                !DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).toString().isEmpty();
        if (!formats) {
            throw new IllegalArgumentException("an empty pattern");
        }
        return pattern;
    }

    private static Operand toMillis(CallSite site) {
        site.takes(1);
        return CallSite.call(Function.TO_UNIX_MILLIS, Scalar.BIGINT, site.arg(0, Scalar.TIMESTAMP));
    }

    private static Operand fromMillis(CallSite site) {
        site.takes(1);
        return CallSite.call(Function.FROM_UNIX_MILLIS, Scalar.TIMESTAMP, site.arg(0, Scalar.BIGINT));
    }

    private static Operand fromSeconds(CallSite site) {
        site.takes(1);
        Expr millis = CallSite.strict(Function.TIMES, Scalar.BIGINT, site.arg(0, Scalar.BIGINT), Literal.of(1000L));
        return CallSite.call(Function.FROM_UNIX_MILLIS, Scalar.TIMESTAMP, millis);
    }
}
